#!/bin/bash
cd "$(dirname "$0")" || exit 1
# One experiment: this script and config.yaml in a folder of their own, or among others (--mode f). A run that
# was stopped goes on where it was.
{site.setup}
echo "# cloudmesh status=running progress=1 pid=$$"
config=config.yaml run=run
if [ -e "config_{ee.identifier}.yaml" ]; then
  config=config_{ee.identifier}.yaml run=run_{ee.identifier}
fi
if [ -e "$run/config.yaml" ]; then
  set -- --resume "$run"
else
  set -- --config "$config"
fi
{container.run} sciwright run {run.benchmark} "$@"
code=$?
if [ $code = 0 ]; then
  echo "# cloudmesh status=done progress=100 pid=$$"
else
  echo "# cloudmesh status=failed msg='exit code $code' pid=$$"
fi
exit $code
