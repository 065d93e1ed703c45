#!/bin/sh
# The benchmark on this site's scenes; accuracy and time of training become values of the node.
set -eu
echo "# cloudmesh status=running progress=1 pid=$$"
run="run-$SCIWRIGHT_NODE"
rm -rf "$run"
sciwright run cloudmask --out "$run" --set "data.train=scenes-$SITE/training" --set "data.test=scenes-$SITE/inference" \
  --epochs 1 --set network.width=4 --set data.patch_px=32 --set output.masks=false --set output.pictures=false
cp "$run/result.json" "result-$SCIWRIGHT_NODE.json"
python3 - "$run/result.json" <<'END'
import json
import sys

result = json.load(open(sys.argv[1]))
accuracy, seconds = result["scores"][0]["accuracy"], result["times_s"]["Training"]
print(f"# cloudmesh status=done progress=100 accuracy={accuracy:.4f} seconds={seconds:.3f}")
END
