"""Scores of whole arrays: the same as one by one, and honest about ties."""

import numpy as np
import pytest
from crm_sme_tools import rfm
from hypothesis import given
from hypothesis import strategies as st

numbers = st.lists(st.integers(-(10**6), 10**6), max_size=60)


def test_thresholds_are_values_that_occur() -> None:
    """Demand 48: fifths of what the customers did."""
    limits = rfm.thresholds(np.array([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]))
    assert limits.tolist() == [2, 4, 6, 8]


def test_one_time_buyers_stay_in_the_lowest_class() -> None:
    """The frequencies of a real shop, more than a fifth bought once."""
    orders = np.repeat([1, 2, 3, 4, 5, 9], [1494, 835, 508, 630, 172, 700])
    scores = rfm.score(orders, rfm.thresholds(orders))
    assert np.bincount(scores)[1:].tolist() == [1494, 835, 508, 802, 700]


def test_a_value_on_a_threshold_is_in_the_class_below() -> None:
    limits = [2, 4, 6, 8]
    assert rfm.score([1, 2, 3, 8, 8.5], limits).tolist() == [1, 1, 2, 4, 5]


@given(numbers)
def test_arrays_and_single_values_agree(values: list[int]) -> None:
    limits = rfm.thresholds(np.array(values))
    assert limits.tolist() == rfm.quintile_limits(values)
    if values and limits.size:
        one_by_one = [rfm.score_one(value, limits.tolist()) for value in values]
        assert rfm.score(np.array(values), limits).tolist() == one_by_one


@given(numbers, st.integers(2, 9))
def test_scores_lie_between_1_and_n_and_equal_values_score_the_same(
    values: list[int], n: int
) -> None:
    limits = rfm.thresholds(values, n)
    scores = rfm.score(values, limits)
    assert all(1 <= score <= n for score in scores)
    by_value: dict[int, int] = {}
    for value, score in zip(values, scores.tolist(), strict=True):
        assert by_value.setdefault(value, score) == score


@pytest.mark.parametrize("values", [[], [1], [1, 2, 3, 4]])
def test_too_few_values_have_no_thresholds_and_one_class(values: list[int]) -> None:
    limits = rfm.thresholds(values)
    assert limits.size == 0
    assert rfm.score(values, limits).tolist() == [1] * len(values)


@pytest.mark.parametrize("values", [[1.0, float("nan")], [float("inf")], [[1], [2]]])
def test_what_is_no_number_is_refused(values: list[object]) -> None:
    with pytest.raises(ValueError, match=r"finite|flat"):
        rfm.thresholds(values)
    with pytest.raises(ValueError, match=r"finite|flat"):
        rfm.score(values, [1, 2])


def test_falling_thresholds_and_a_single_class_are_refused() -> None:
    with pytest.raises(ValueError, match="must rise"):
        rfm.score([1], [2, 1])
    with pytest.raises(ValueError, match="classes or more"):
        rfm.thresholds([1, 2], 1)


def test_module_needs_no_numpy_until_an_array_is_asked_for() -> None:
    assert "np" not in vars(rfm)
