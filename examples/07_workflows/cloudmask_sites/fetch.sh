#!/bin/sh
# Data for one site: simulated scenes, small ones.
set -eu
echo "# cloudmesh status=running progress=1 pid=$$"
sciwright data make cloudmask --out "scenes-$SITE" --set synthetic.num_training=4 --set synthetic.num_test=2 \
  --set synthetic.height_px=64 --set synthetic.width_px=96
echo "# cloudmesh status=done progress=100 pid=$$"
