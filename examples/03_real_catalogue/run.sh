#!/usr/bin/env bash
# The nowcast model and a tuned TFT on the real catalogue: run.sh CATALOG [settings…]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sciwright=${SCIWRIGHT:-sciwright}
if [ $# -lt 1 ]; then
  echo "usage: run.sh CATALOG [settings...]" >&2
  exit 2
fi
catalog=$1
shift

"$sciwright" run earthquake --model nowcast --catalog "$catalog" --out nowcast "$@"
"$sciwright" run earthquake --config "$here/tft.yaml" --catalog "$catalog" --out tft "$@"
