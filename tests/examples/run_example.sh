#!/usr/bin/env bash
# Runs an example in an empty folder: run_example.sh RUN_SH ARGUMENTS. Skipped (77) where its data are absent.
set -euo pipefail
for argument in "$@"; do
  case $argument in
    *.csv.xz | */labelled) [ -e "$argument" ] || { echo "skipped: no data at $argument"; exit 77; } ;;
  esac
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$@"
