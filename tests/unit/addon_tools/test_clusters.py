"""Groups that are known beforehand are found; what is found can be checked by hand."""

import itertools
import time

import numpy as np
import pytest
from crm_sme_tools import clusters
from hypothesis import given, settings
from hypothesis import strategies as st

PLACES = np.array([[0, 0], [9, 0], [0, 9], [9, 9.0]])


def clouds(each: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Points around the four places, and the place of each."""
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(4), each)
    return PLACES[truth] + rng.normal(size=(4 * each, 2)), truth


def test_groups_far_apart_are_found() -> None:
    """Demand 47: several indicators at once."""
    points, truth = clouds(200)
    found = clusters.find_groups(points, 4, seed=3)
    pairs = set(zip(truth.tolist(), found.labels.tolist(), strict=True))
    assert len(pairs) == 4
    nearest = [np.abs(PLACES - centre).sum(axis=1).min() for centre in found.centres]
    assert max(nearest) < 0.3


@pytest.mark.parametrize("k", [2, 3])
def test_few_points_are_parted_in_the_best_of_all_ways(k: int) -> None:
    rng = np.random.default_rng(5)
    points = rng.normal(size=(8, 2))
    best = min(
        sum(
            ((points[labels == g] - points[labels == g].mean(axis=0)) ** 2).sum()
            for g in range(k)
            if (labels == g).any()
        )
        for labels in map(np.array, itertools.product(range(k), repeat=8))
    )
    found = clusters.find_groups(points, k, seed=1, starts=30)
    assert found.inertia == pytest.approx(best)


def test_the_same_seed_gives_the_same_groups_and_they_are_the_largest_first() -> None:
    points, _truth = clouds(50)
    points = points[:170]
    one, two = (clusters.find_groups(points, 4, seed=11) for _ in range(2))
    assert np.array_equal(one.centres, two.centres)
    assert np.array_equal(one.labels, two.labels)
    assert one.sizes.tolist() == sorted(one.sizes.tolist(), reverse=True)


def test_k_is_the_number_of_clouds() -> None:
    points, _truth = clouds(100)
    best, scores = clusters.choose_k(points, seed=2)
    assert best == 4
    assert set(scores) == set(range(2, 9))
    assert clusters.choose_k(points, seed=2) == (best, scores)


def slow_silhouette(points: np.ndarray, labels: np.ndarray) -> float:
    each = []
    for here, point in enumerate(points):
        gaps = np.sqrt(((points - point) ** 2).sum(axis=1))
        mates = (labels == labels[here]) & (np.arange(len(points)) != here)
        if not mates.any():
            each.append(0.0)
            continue
        own = gaps[mates].mean()
        other = min(gaps[labels == g].mean() for g in set(labels) - {labels[here]})
        top = max(own, other)
        each.append((other - own) / top if top > 0 else 0.0)
    return float(np.mean(each))


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_silhouette_is_that_of_the_definition(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(15, 3))
    labels = np.array([0, 1, *rng.integers(0, 3, 13)])
    assert clusters.silhouette(points, labels) == pytest.approx(
        slow_silhouette(points, labels), abs=1e-6
    )


@given(st.integers(0, 10_000))
@settings(max_examples=40, deadline=None)
def test_each_point_goes_to_the_nearest_centre(seed: int) -> None:
    rng = np.random.default_rng(seed)
    points, centres = rng.normal(size=(40, 3)), rng.normal(size=(5, 3))
    gaps = ((points[:, None] - centres[None]) ** 2).sum(axis=2)
    labels = clusters.assign(points, centres)
    assert np.allclose(gaps[np.arange(40), labels], gaps.min(axis=1))


def test_equal_customers_and_too_few_are_refused_with_a_reason() -> None:
    same = np.ones((10, 2))
    with pytest.raises(ValueError, match="no 2 groups"):
        clusters.find_groups(same, 2)
    with pytest.raises(ValueError, match="Too few different"):
        clusters.choose_k(same)
    with pytest.raises(ValueError, match="finite"):
        clusters.find_groups([[1.0, float("nan")]], 1)
    with pytest.raises(ValueError, match="a row a customer"):
        clusters.Space.fit([])
    with pytest.raises(ValueError, match="same indicators"):
        clusters.assign([[1, 2]], [[1]])
    with pytest.raises(ValueError, match="two groups"):
        clusters.silhouette(same, np.zeros(10))
    with pytest.raises(ValueError, match="one start"):
        clusters.find_groups([[1.0], [2.0]], 1, starts=0)


def test_an_indicator_that_is_the_same_for_all_does_no_harm() -> None:
    space = clusters.Space.fit([[1, 5], [3, 5]])
    assert space.place([[1, 5], [3, 5], [2, 5]]).tolist() == [[-1, 0], [1, 0], [0, 0]]


def test_signed_log_knows_nothing_and_losses() -> None:
    values = clusters.signed_log([0, np.e - 1, 1 - np.e])
    assert values.tolist() == pytest.approx([0, 1, -1])


def test_a_million_customers_are_assigned_in_about_a_second() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(1_000_000, 3))
    start = time.process_time()
    labels = clusters.assign(points, rng.normal(size=(6, 3)))
    assert time.process_time() - start < 3
    assert len(labels) == 1_000_000
