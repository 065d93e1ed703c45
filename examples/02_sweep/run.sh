#!/usr/bin/env bash
# A sweep over both benchmarks: run.sh [--experiment "…" --attributes …]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sciwright=${SCIWRIGHT:-sciwright}

"$sciwright" experiment generate --config "$here/study.yaml" --source shell --out sweep "$@"
"$sciwright" experiment submit sweep --launcher local --yes
"$sciwright" experiment results sweep
