#!/usr/bin/env bash
# Runs an example in an empty folder: run_example.sh RUN_SH ARGUMENTS. Skipped (77) where its catalogue is absent.
set -euo pipefail
for argument in "$@"; do
  case $argument in
    *.csv.xz) [ -e "$argument" ] || { echo "skipped: no catalogue at $argument"; exit 77; } ;;
  esac
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$@"
