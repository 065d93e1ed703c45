#!/usr/bin/env bash
# What early stopping with several patiences gives, from one long run: run.sh [settings…]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sciwright=${SCIWRIGHT:-sciwright}

"$sciwright" run cloudmask --config "$here/patience.yaml" --out patience "$@"
