#!/bin/sh
# Makes some data slowly enough to be watched.
echo "# cloudmesh status=running progress=1 pid=$$"
seq 1 100 >data.csv
sleep 0.2
echo "# cloudmesh status=running progress=50 pid=$$"
sleep 0.2
echo "# cloudmesh status=done progress=100 pid=$$"
