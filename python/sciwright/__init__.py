"""sciwright for Python programs and notebooks: the stopwatch, benchmarks, progress lines, and the MLCommons log."""
