#!/usr/bin/env bash
# A forecaster trained on a simulated catalogue, and what it is worth.
set -euo pipefail
sciwright=${SCIWRIGHT:-sciwright}

"$sciwright" run earthquake --out first_run "$@"
ls first_run first_run/plots
