"""The interval of a mean by scipy's bootstrap, of the values that perf/bootstrap.cpp has. Prints one JSON object."""
import json
import time

import numpy
from scipy.stats import bootstrap

values = numpy.exp(numpy.sin(3.0 * numpy.arange(30)))
ROUNDS = 20
bootstrap((values,), numpy.mean, n_resamples=10_000, method="BCa", random_state=1)
start = time.perf_counter()
for _ in range(ROUNDS):
    interval = bootstrap((values,), numpy.mean, n_resamples=10_000, method="BCa", random_state=1).confidence_interval
seconds = (time.perf_counter() - start) / ROUNDS
interval = bootstrap((values,), numpy.mean, n_resamples=300_000, method="BCa", random_state=1,
                     batch=10_000).confidence_interval  # the ends, but for the luck of 10,000 draws
print(json.dumps({"interval_s": seconds, "low": interval.low, "high": interval.high}))
