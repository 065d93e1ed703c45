#!/usr/bin/env bash
# The U-Net on two real labelled images, beside masks that need no network: run.sh IMAGES [settings…]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
sciwright=${SCIWRIGHT:-sciwright}
if [ $# -lt 1 ]; then
  echo "usage: run.sh FOLDER_OF_sentinel2.npz_AND_landsat5.npz [settings...]" >&2
  exit 2
fi
images=$1
shift

# Within an image: a quadrant is held out in turn.
for image in sentinel2 landsat5; do
  for quadrant in 0 1 2 3; do
    name=${image}_without_$quadrant
    "$sciwright" data convert cloudmask "$images/$image.npz" --tile 64 --hold-out $quadrant --out "data/$name"
    "$sciwright" run cloudmask --config "$here/unet.yaml" --train "data/$name/training" --test "data/$name/inference" \
      --out "$name" "$@"
  done
done

# Across sensors: all of one trains, all of the other tests.
for image in sentinel2 landsat5; do
  "$sciwright" data convert cloudmask "$images/$image.npz" --tile 64 --out "data/$image"
  "$sciwright" data convert cloudmask "$images/$image.npz" --out "data/$image-whole"
done
"$sciwright" run cloudmask --config "$here/unet.yaml" --train data/sentinel2 --test data/landsat5-whole \
  --out sentinel2_to_landsat5 "$@"
"$sciwright" run cloudmask --config "$here/unet.yaml" --train data/landsat5 --test data/sentinel2-whole \
  --out landsat5_to_sentinel2 "$@"
