#!/usr/bin/env bash
# The earthquake paper's Table 6 and Figures 8 and 9 from a sweep in small: run.sh CATALOG REFERENCE [--experiment "…" --attributes …]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sciwright=${SCIWRIGHT:-sciwright}
if [ $# -lt 2 ]; then
  echo "usage: run.sh CATALOG REFERENCE [--experiment \"...\"]" >&2
  exit 2
fi
export CATALOG=$1 REFERENCE=$2
shift 2

"$sciwright" experiment generate --config "$here/study.yaml" --source shell --os CATALOG,REFERENCE --out sweep "$@"
"$sciwright" experiment submit sweep --launcher local --jobs 2 --yes
"$sciwright" report sweep --table table6 --by average.val --group epoch,parameter --figure figure8,figure9
