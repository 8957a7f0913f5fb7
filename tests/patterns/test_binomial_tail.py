"""The upper tail of the binomial law is that of the library that is too slow to import."""

import numpy as np
from scipy.stats import binom

from onlooker.patterns.binomial_tail import at_least


def test_the_tail_is_that_of_scipy_stats_at_the_edges_too():
    rng = np.random.default_rng(0)
    trials, successes, rate = rng.integers(0, 30, 3000), rng.integers(0, 32, 3000), rng.uniform(0.001, 0.999, 3000)
    np.testing.assert_allclose(at_least(successes, trials, rate), binom.sf(successes - 1, trials, rate), rtol=1e-12)
