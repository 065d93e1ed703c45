#!/usr/bin/env bash
# One study of the cloud mask, a run for each of its values: run.sh patch|margin|normalisation|noise|nyu|uva [settings…]
set -euo pipefail
sciwright=${SCIWRIGHT:-sciwright}
study=${1:-}
[ $# -gt 0 ] && shift

run() {  # NAME SETTINGS…
  local name=$1
  shift
  "$sciwright" run cloudmask --out "$study/$name" "$@"
}

all_epochs=(--protocol compat --set training.early_stopping=false)  # the paper's grids count epochs

case $study in
  patch)  # side of the training patches
    for side in 64 128 256; do run $side --set data.patch_px=$side "$@"; done ;;
  margin)  # what the tiling costs: the reference's crop and the exact tiles
    for crop in 0 40 80; do run crop_$crop --set inference.tiling=compat --set inference.crop_px=$crop "$@"; done
    run exact "$@" ;;
  normalisation)
    for kind in fixed image channel; do run $kind --set data.normalisation=$kind "$@"; done ;;
  noise)  # trained on labels of which this share is wrong, scored against the truth
    for share in 0 0.04 0.1 0.2 0.3; do
      run $share --set synthetic.label_noise=$share --set scoring.against=truth "$@"
    done ;;
  nyu)  # the grid of arXiv 2401.08636: epochs × five repeats
    for epochs in 1 5 10 20 30 50 80 100 200; do
      for seed in 1 2 3 4 5; do run ${epochs}_$seed "${all_epochs[@]}" --epochs $epochs --seed $seed "$@"; done
    done ;;
  uva)  # the grid of the paper's second site: epochs
    for epochs in 2 10 30 50 70 100; do run $epochs "${all_epochs[@]}" --epochs $epochs "$@"; done ;;
  *)
    echo "usage: run.sh patch|margin|normalisation|noise|nyu|uva [settings...]" >&2
    exit 2 ;;
esac
