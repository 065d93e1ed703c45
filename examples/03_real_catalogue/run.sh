#!/usr/bin/env bash
# A TFT and the nowcast model on the real catalogue: run.sh CATALOG REFERENCE_FOLDER [settings…]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sciwright=${SCIWRIGHT:-sciwright}
if [ $# -lt 2 ]; then
  echo "usage: run.sh CATALOG REFERENCE_FOLDER [settings...]" >&2
  exit 2
fi
data=(--catalog "$1" --reference "$2")
shift 2

"$sciwright" run earthquake --model nowcast "${data[@]}" --out nowcast "$@"
"$sciwright" run earthquake --config "$here/tft.yaml" "${data[@]}" --out tft "$@"
