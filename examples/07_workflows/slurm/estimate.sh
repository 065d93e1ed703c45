#!/bin/sh
#SBATCH --job-name=estimate
# Points in a square, and how many of them are in the circle. The number of the node is the seed.
pi=$(awk -v num="$points" -v seed="${SCIWRIGHT_NODE##*-}" 'BEGIN {
  srand(seed)
  for (i = 0; i < num; ++i) if (rand() ^ 2 + rand() ^ 2 < 1) ++inside
  print 4 * inside / num
}')
echo "# cloudmesh status=done progress=100 pid=$$ pi=$pi"
