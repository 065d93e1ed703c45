#!/bin/bash
#SBATCH --job-name=study-{experiment.epoch}
#SBATCH --time=1:00:00
sciwright run hello --config config.yaml --epochs {experiment.epoch} # repeat {experiment.repeat}
