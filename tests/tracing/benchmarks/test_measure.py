"""Measurements: the numbers are those of the work, and failed work gives none."""

import pytest

from tracing.benchmarks import measure
from tracing.benchmarks.measure import Measured, MeasurementFailed

MODULE = "tests.tracing.benchmarks.work"


def _run(seconds: float, step: float = 0.0) -> Measured:
    return Measured(seconds, 10.0, {"step": step}, {})


def test_the_memory_of_descendants_counts() -> None:
    alone = measure.run(f"{MODULE}:hold", "none", mebibytes=1, processes=0)
    many = measure.run(f"{MODULE}:hold", "none", mebibytes=60, processes=2)
    assert many.peak_mb - alone.peak_mb > 170
    assert alone.details == {"said": "held"}


def test_failed_work_gives_no_numbers() -> None:
    with pytest.raises(MeasurementFailed, match="this work fails"):
        measure.run(f"{MODULE}:fail", "none")


def test_a_summary_holds_medians_scaled_to_all_rows() -> None:
    runs = [_run(1.0, 0.5), _run(9.0, 0.7), _run(2.0, 0.1)]
    assert measure.summary(runs, 10) == {"seconds": 20.0, "peak_mb": 10.0, "steps": {"step": 5.0}}


def test_ratios_are_of_pairs() -> None:
    ours = [_run(2.0), _run(8.0), _run(3.0)]
    floor = [_run(1.0), _run(8.0), _run(2.0)]
    assert measure.median_ratio(ours, floor) == 1.5
    assert measure.times_faster(ours, _run(6.0), 10) == 20.0
