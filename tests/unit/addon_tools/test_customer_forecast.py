"""The forecast of a company, as it is stored for each customer."""

from collections.abc import Callable

import numpy as np
import pytest
from crm_sme_tools import clv, customer_forecast, trust
from hypothesis import given
from hypothesis import strategies as st

PARAMS = clv.BgNbdParams(0.65, 5.0, 0.9, 3.6)
SPEND = clv.GammaGammaParams(6.25, 3.74, 15.44)


def auc(score: np.ndarray, is_so: np.ndarray) -> float:
    """Chance that one for whom it is so scores higher than one for whom it is not."""
    higher = score[is_so][:, None] - score[~is_so][None, :]
    return float(np.mean((higher > 0) + 0.5 * (higher == 0)))


@st.composite
def days(draw: st.DrawFn) -> tuple[int, int, int]:
    age = draw(st.integers(0, 3000))
    last = draw(st.integers(0, age))
    x = draw(st.integers(1, max(last, 1))) if last else 0
    return x, last, age


@given(days())
def test_silence_in_steps_hardly_moves_the_probability_of_being_alive(history):
    x, t_x, age = (np.array([each], dtype=float) for each in history)
    seen = customer_forecast.seen_age(PARAMS, x, t_x, age)
    assert seen == np.floor(seen)
    assert np.all(seen >= t_x)
    assert np.all(np.abs(seen - age) <= customer_forecast.LONGEST_STEP / 2)
    exact = clv.probability_alive(PARAMS, x, t_x / 7, age / 7)
    stepped = clv.probability_alive(PARAMS, x, t_x / 7, seen / 7)
    # Half a step, 1/16 of the gap, or half a day for who orders nearly every day.
    gap = (PARAMS.alpha * 7 + t_x) / (PARAMS.r + x)
    assert np.all(np.abs(stepped - exact) <= 0.25 * np.maximum(1 / 16, 0.5 / gap))


def test_figures_stand_still_between_two_steps():
    ages = np.arange(100, 128)
    seen = customer_forecast.seen_age(PARAMS, np.zeros(28), np.zeros(28), ages)
    assert len(set(seen)) in {4, 5}
    assert np.all(np.diff(seen) >= 0)


def test_orders_ahead_are_those_of_a_customer_still_there():
    pairs = [(0, 30), (4, 200), (30, 900)]
    ahead = customer_forecast.orders_ahead(PARAMS, pairs, 0.0)
    for (x, age), (plain, discounted) in zip(pairs, ahead, strict=True):
        history = ([x], [age / 7 if x else 0], [age / 7])
        expected = clv.expected_orders(PARAMS, *history, 365.25 / 7)
        alive = clv.probability_alive(PARAMS, *history)
        assert plain * alive[0] == pytest.approx(expected[0])
        assert discounted == pytest.approx(plain)
    dear = customer_forecast.orders_ahead(PARAMS, pairs, 0.2)
    assert all(low < plain for plain, low in dear)


def test_orders_within_some_days_agree_with_the_library():
    pairs = [(0, 30), (4, 200)]
    within = customer_forecast.orders_within(PARAMS, pairs, 91)
    exact = clv.orders_if_alive(PARAMS, [0, 4], [30 / 7, 200 / 7], period=13)
    assert within == pytest.approx(exact)


def test_score_of_a_one_time_buyer_has_no_probability_of_being_alive():
    scores = customer_forecast.score(
        *(PARAMS, SPEND, [0, 3], [0, 100], [50, 200]),
        mean_value=[0, 40],
        discount=0.1,
        margin=0.3,
    )
    assert np.isnan(scores.p_alive[0])
    assert 0 < scores.p_alive[1] < 1
    assert scores.at_risk[0] == 0
    assert np.all(scores.value < 0.3 * scores.revenue)
    assert np.all(scores.p_order <= scores.orders)


def test_company_of_one_customer_is_fitted():
    fit = customer_forecast.fit_company([(2, 8.0, 10.0, 1)], [(2, 30.0, 1)])
    assert fit.timing.customers == 1
    assert fit.spend.params.population_mean == pytest.approx(30, rel=0.5)


def test_fit_on_grouped_values_is_that_on_each_value(simulate: Callable):
    history, _future = simulate(20_000, (0.65, 5.0, 0.9, 3.6), seed=8)
    used = history.x > 0
    x, value = history.x[used], history.mean_value[used]
    groups: dict[tuple[float, float], list[float]] = {}
    for orders, mean in zip(x, value, strict=True):
        groups.setdefault((orders, np.floor(20 * np.log(mean))), []).append(mean)
    rows = [(orders, np.mean(each), len(each)) for (orders, _), each in groups.items()]
    exact = clv.fit_gamma_gamma(x, value).params
    columns = np.array(rows).T
    rough = clv.fit_gamma_gamma(*columns).params
    assert rough.population_mean == pytest.approx(exact.population_mean, rel=1e-3)
    assert (rough.p, rough.q) == pytest.approx((exact.p, exact.q), rel=0.01)


def test_fading_is_told_as_well_as_measured_on_cdnow(cdnow_days, cdnow_next_orders):
    """Demand 46: who is silent for good; AUC of who had three repeat orders or more."""
    x, t_x, age = (
        each / scale for each, scale in zip(cdnow_days.timing, (1, 7, 7), strict=True)
    )
    fit = clv.fit_bg_nbd(x, t_x, age)
    often = x >= 3
    alive = clv.probability_alive(fit.params, x, t_x, age)[often]
    gone = cdnow_next_orders[often] == 0
    found = auc(-alive, gone)
    since_last = auc((age - t_x)[often], gone)
    assert found == pytest.approx(0.733, abs=0.005)
    assert found > since_last - 0.012


@pytest.mark.parametrize(
    ("base", "timing", "spend", "expected", "level"),
    [
        pytest.param(
            *(trust.Base(900, 800, 3, 0.1), (), (), set(), "high"), id="much of it"
        ),
        pytest.param(
            *(trust.Base(300, 300, 3, None), (), ()),
            *({"not_many_customers", "short_history"}, "medium"),
            id="middling",
        ),
        pytest.param(
            *(trust.Base(20, 90, 3, None), ("few_customers",), ("few_customers",)),
            *({"few_customers", "few_repeat_buyers", "thin_history"}, "low"),
            id="tiny",
        ),
        pytest.param(
            *(trust.Base(900, 800, 90, -0.5), ("drop_out_not_identifiable",), ()),
            {
                "no_recent_orders",
                "value_depends_on_frequency",
                "drop_out_not_identifiable",
            },
            "low",
            id="odd",
        ),
    ],
)
def test_doubts_say_how_far_to_trust(base, timing, spend, expected, level):
    doubts = trust.doubts_of(base, timing, spend)
    assert doubts == expected
    assert trust.trust_of(doubts) == level


def test_every_doubt_of_a_fit_is_weighed():
    assert {str(doubt) for doubt in clv.Doubt} <= trust.GRAVE | trust.MILD


@pytest.mark.parametrize(
    ("customers", "orders", "error", "level"),
    [
        (1000, 500, 0.1, "high"),
        (1000, 500, -0.3, "medium"),
        (1000, 500, 0.6, "low"),
        (99, 500, 0.0, "low"),
        (1000, 29, 0.0, "low"),
        (1000, 0, None, "low"),
    ],
)
def test_check_on_the_past_bounds_the_trust(customers, orders, error, level):
    assert trust.check_trust(customers, orders, error) == level


def test_own_orders_bound_how_sure_a_customer_is():
    found = [trust.own_trust(count) for count in (1, 2, 3, 4, 50)]
    assert found == ["low", "medium", "medium", "high", "high"]
    assert trust.lower("high", "low") == "low"
    assert trust.lower("medium", "high") == "medium"
