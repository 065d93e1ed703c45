"""sciwright for Python programs and notebooks: the stopwatch, and the MLCommons log."""
