"""The real notices are all there, or said to be missing."""

import pytest

from tests.samples import COUNTS, SAMPLES, need_samples


@need_samples
@pytest.mark.parametrize("pattern", COUNTS)
def test_no_sample_is_missing_and_none_is_new(pattern):
    """A pattern that matches nothing would let every test of it pass."""
    assert len(list(SAMPLES.glob(pattern))) == COUNTS[pattern]
