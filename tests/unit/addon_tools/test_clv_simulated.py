"""The forecast on simulated shops of every size, and on week buckets."""

from collections.abc import Callable

import numpy as np
import pytest
from crm_sme_tools import clv
from crm_sme_tools.clv import Doubt
from hypothesis import given
from hypothesis import strategies as st

SHOPS = 1000
AGES = (8.0, 26.0, 104.0, 520.0)


def merged_days(history) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whole days; no more repeat orders than days."""
    t_x = np.ceil(history.t_x * 7)
    return np.minimum(history.x, t_x), t_x, np.ceil(history.age * 7)


def check_shop(history) -> None:
    x, t_x, age = merged_days(history)
    buckets = clv.week_buckets(x, t_x, age)
    fit = clv.fit_bg_nbd(buckets.x, buckets.t_x, buckets.age, buckets.weights)
    spend = clv.fit_gamma_gamma(x, history.mean_value)
    value = clv.customer_lifetime_value(
        *(fit.params, spend.params, x, t_x / 7, age / 7),
        mean_value=history.mean_value,
        period=4.345,
    )
    assert fit.converged
    assert spend.converged
    assert Doubt.DEGENERATE not in fit.doubts | spend.doubts
    assert (Doubt.FEW_CUSTOMERS in fit.doubts) == (x.size < 100)
    assert np.all(np.isfinite(value) & (value >= 0))


def test_no_fit_of_a_thousand_simulated_shops_fails(simulate: Callable):
    for seed in range(SHOPS):
        rng = np.random.default_rng(seed)
        size = round(np.exp(rng.uniform(0, np.log(2000))))
        params = np.exp(rng.normal(np.log([0.5, 10, 0.8, 2.5]), 0.8))
        max_age = float(rng.choice(AGES))
        history, _future = simulate(size, params, seed=seed, max_age=max_age)
        check_shop(history)


def test_known_parameters_are_found_again(simulate: Callable):
    truth = (0.65, 5.0, 0.9, 3.6)
    history, _future = simulate(60_000, truth, seed=3)
    params = clv.fit_bg_nbd(*history.timing).params
    found = (params.r, params.alpha, params.a, params.b)
    assert found == pytest.approx(truth, rel=0.06)


def test_week_buckets_move_the_forecast_by_less_than_a_per_mille(simulate: Callable):
    history, _future = simulate(100_000, (0.65, 5.0, 0.9, 3.6), seed=4)
    x, t_x, age = merged_days(history)
    exact = clv.fit_bg_nbd(x, t_x / 7, age / 7).params
    buckets = clv.week_buckets(x, t_x, age)
    rough = clv.fit_bg_nbd(buckets.x, buckets.t_x, buckets.age, buckets.weights).params
    assert buckets.x.size < 0.5 * x.size
    assert (rough.r, rough.alpha, rough.a, rough.b) == pytest.approx(
        (exact.r, exact.alpha, exact.a, exact.b), rel=5e-3
    )
    orders = clv.expected_orders(exact, x, t_x / 7, age / 7, 52)
    other = clv.expected_orders(rough, x, t_x / 7, age / 7, 52)
    assert np.mean(np.abs(other / orders - 1)) < 1e-3


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[int], list[int], list[int]]:
    ages = draw(st.lists(st.integers(0, 2000), min_size=1, max_size=40))
    lasts = [draw(st.integers(0, age)) for age in ages]
    orders = [draw(st.integers(1, 10**9)) if last else 0 for last in lasts]
    return orders, lasts, ages


@given(histories())
def test_week_buckets_keep_every_customer_order_and_day(history):
    x, t_x, age = (np.array(column, dtype=float) for column in history)
    buckets = clv.week_buckets(x, t_x, age)
    weights = buckets.weights
    assert weights.sum() == x.size
    assert (weights * buckets.x).sum() == pytest.approx(x.sum())
    assert (weights * buckets.t_x).sum() == pytest.approx(t_x.sum() / 7)
    assert (weights * buckets.age).sum() == pytest.approx(age.sum() / 7)
    whole = {(a, (b + 3) // 7, (c + 3) // 7) for a, b, c in zip(*history, strict=True)}
    assert buckets.x.size == len(whole)
    assert np.all(buckets.t_x <= buckets.age)


@given(histories(), st.sampled_from([0.0, 1.0, 13.0, 520.0]))
def test_forecasts_stay_within_what_is_possible(history, horizon):
    params = clv.BgNbdParams(0.65, 5.0, 0.9, 3.6)
    x, _t_x, age = (np.array(column, dtype=float) for column in history)
    alive = clv.probability_alive(params, *history)
    chance = clv.probability_of_order(params, *history, horizon)
    orders = clv.expected_orders(params, *history, horizon)
    most = (params.r + x) * horizon / (params.alpha + age)
    assert np.all((alive >= 0) & (alive <= 1))
    assert np.all((chance >= 0) & (chance <= alive))
    assert np.all((orders >= 0) & (orders <= most * (1 + 1e-12)))
    # Markov: at least one order is never likelier than the number of orders expected.
    assert np.all(chance <= orders * (1 + 1e-6) + 1e-12)
