"""The forecast against published numbers and against its own definition."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from crm_sme_tools import bg_nbd, clv, gamma_gamma
from scipy.integrate import quad
from scipy.special import betaln

# CLVTools 0.11.2, test_correctness_bgnbd.R; BTYD 2.4.3 agrees to four digits.
CLVTOOLS = (0.2425945, 4.4136019, 0.7929199, 2.4258881)
CLVTOOLS_LL = -9582.429
# The sample with weeks rounded to 0.01, as lifetimes 0.11.3 ships it.
ROUNDED = (0.242593, 4.413532, 0.792886, 2.425752)
ROUNDED_LL = -9582.4256
PARAMS = clv.BgNbdParams(*CLVTOOLS)
# R BTYD 2.4.3, whose walkthrough prints the forecasts of customer 1516.
BTYD = clv.BgNbdParams(0.2425967, 4.413659, 0.7929869, 2.426164)


def as_tuple(params: clv.BgNbdParams) -> tuple[float, float, float, float]:
    return params.r, params.alpha, params.a, params.b


def slow_log_likelihood(params, x, t_x, age) -> float:
    """One customer, as the paper prints it."""
    r, alpha, a, b = as_tuple(params)
    first = math.exp(betaln(a, b + x) - betaln(a, b))
    ordering = math.gamma(r + x) * alpha**r / math.gamma(r)
    total = first * ordering / (alpha + age) ** (r + x)
    if x > 0:
        second = math.exp(betaln(a + 1, b + x - 1) - betaln(a, b))
        total += second * ordering / (alpha + t_x) ** (r + x)
    return math.log(total)


def slow_orders_if_alive(params, x, age, horizon) -> float:
    """Mean of (1 - (1 + p t / (alpha + T))^-(r + x)) / p over p ~ Beta(a, b + x)."""
    r, alpha, a, b = as_tuple(params)

    def integrand(u: float) -> float:
        # p = u^(1/a) takes the pole of the density at 0 away.
        p = u ** (1 / a)
        if p == 0:
            return (r + x) * horizon / (alpha + age)
        orders = -math.expm1(-(r + x) * math.log1p(p * horizon / (alpha + age))) / p
        return (1 - p) ** (b + x - 1) * orders

    area = quad(integrand, 0, 1, epsabs=0, epsrel=1e-11, limit=400)[0]
    return area * math.exp(-betaln(a, b + x)) / a


def test_bg_nbd_on_the_raw_cdnow_log_gives_the_published_parameters(cdnow_days):
    x, t_x, age = cdnow_days.timing
    assert (x.size, np.count_nonzero(x)) == (2357, 946)
    fit = clv.fit_bg_nbd(x, t_x / 7, age / 7, prior=False)
    assert as_tuple(fit.params) == pytest.approx(CLVTOOLS, rel=1e-4)
    assert fit.log_likelihood == pytest.approx(CLVTOOLS_LL, abs=1e-3)
    assert fit.converged
    assert fit.customers == 2357
    assert fit.doubts == frozenset()


def test_bg_nbd_on_the_rounded_cdnow_table_gives_the_published_parameters(
    cdnow_summary,
):
    fit = clv.fit_bg_nbd(*cdnow_summary.timing, prior=False)
    assert as_tuple(fit.params) == pytest.approx(ROUNDED, rel=1e-4)
    assert fit.log_likelihood == pytest.approx(ROUNDED_LL, abs=1e-3)
    assert as_tuple(fit.params) == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=6e-4)


def test_weak_prior_hardly_moves_a_fit_on_two_thousand_customers(cdnow_summary):
    fit = clv.fit_bg_nbd(*cdnow_summary.timing)
    assert as_tuple(fit.params) == pytest.approx(
        (0.2433, 4.4373, 0.7932, 2.4304), abs=6e-5
    )
    assert as_tuple(fit.params) == pytest.approx(ROUNDED, rel=6e-3)
    assert fit.doubts == frozenset()


def test_log_likelihood_is_that_of_the_paper_customer_by_customer(cdnow_summary):
    columns = [column[::40] for column in cdnow_summary.timing]
    fit = clv.fit_bg_nbd(*columns)
    rows = zip(*columns, strict=True)
    expected = sum(slow_log_likelihood(fit.params, *row) for row in rows)
    assert fit.log_likelihood == pytest.approx(expected, rel=1e-12)


def test_unit_of_time_changes_alpha_only(cdnow_days):
    x, t_x, age = cdnow_days.timing
    weeks = clv.fit_bg_nbd(x, t_x / 7, age / 7).params
    days = clv.fit_bg_nbd(x, t_x, age).params
    assert days.alpha == pytest.approx(7 * weeks.alpha, rel=1e-6)
    assert (days.r, days.a, days.b) == pytest.approx(
        (weeks.r, weeks.a, weeks.b), rel=1e-6
    )


def test_order_of_rows_and_weights_for_copies_change_nothing(cdnow_summary):
    columns = [column[:300] for column in cdnow_summary.timing]
    twice = [np.tile(column, 2)[::-1] for column in columns]
    weighted = clv.fit_bg_nbd(*columns, weights=np.full(300, 2.0))
    copied = clv.fit_bg_nbd(*twice)
    assert as_tuple(weighted.params) == pytest.approx(as_tuple(copied.params), rel=1e-5)
    assert weighted.log_likelihood == pytest.approx(copied.log_likelihood, abs=1e-6)
    assert weighted.customers == copied.customers == 600


@pytest.mark.parametrize(
    "point", [(-1.5, 0.3, -0.2, 0.9), (6, -6, -5, 7), (-6, 6, 6, -5)]
)
def test_slope_of_the_likelihood_agrees_with_differences(cdnow_summary, point):
    evidence = bg_nbd._Evidence(*cdnow_summary.timing, np.ones(2357))
    spend = gamma_gamma._Evidence(
        *(column[cdnow_summary.mean_value > 0] for column in cdnow_summary[::3]),
        weights=np.ones(np.count_nonzero(cdnow_summary.mean_value > 0)),
        scale=35.0,
    )
    for function, size in (
        (evidence.log_likelihood, 4),
        (evidence.without_drop_out, 2),
        (spend.log_likelihood, 3),
    ):
        here = np.array(point[:size], dtype=float)
        step = 1e-5 * np.eye(size)
        expected = [
            (function(here + each)[0] - function(here - each)[0]) / 2e-5
            for each in step
        ]
        assert function(here)[1] == pytest.approx(expected, rel=1e-5, abs=2e-3)


def test_published_point_forecasts_are_reproduced():
    last = 30 + 6 / 7
    orders = clv.expected_orders(BTYD, [2], [30.43], [38.86], 39)
    alive = clv.probability_alive(PARAMS, [2], [30.43], [38.86])
    assert orders[0] == pytest.approx(1.226, abs=5e-4)
    assert alive[0] == pytest.approx(0.72661, abs=1e-5)
    orders_1516 = clv.expected_orders(BTYD, [26], [last], [31], 52)
    alive_1516 = clv.probability_alive(BTYD, [26], [last], [31])
    assert orders_1516[0] == pytest.approx(25.75659, abs=1e-4)
    assert alive_1516[0] == pytest.approx(0.9688523, abs=1e-6)
    new = clv.expected_orders(BTYD, [0], [0], [0], 52)
    assert new[0] == pytest.approx(1.444004, abs=1e-4)


@pytest.mark.parametrize(
    ("params", "x", "age", "horizon"),
    [
        pytest.param(CLVTOOLS, 2, 38.86, 39, id="cdnow"),
        pytest.param((0.7, 9, 1.0, 3), 3, 20, 26, id="a is one"),
        pytest.param((0.7, 9, 1 + 1e-8, 3), 3, 20, 26, id="a is nearly one"),
        pytest.param((0.7, 9, 1.001, 3), 0, 20, 26, id="a is near one"),
        pytest.param((0.74, 8.71, 0.042, 30.6), 7, 40, 26, id="hardly any drop-out"),
        pytest.param((2, 20, 4.5, 2), 4, 0.5, 520, id="far ahead"),
        pytest.param((0.0769, 5.634, 214.2, 0.8569), 5, 0, 520, id="series overflows"),
        pytest.param((1.269, 1.043, 0.0208, 1038), 0, 0, 520, id="overflow, small a"),
        pytest.param((0.5, 20, 0.3, 40), 5000, 2000, 52, id="five thousand orders"),
    ],
)
def test_expected_orders_agree_with_their_definition(params, x, age, horizon):
    params = clv.BgNbdParams(*params)
    expected = slow_orders_if_alive(params, x, age, horizon)
    alive = clv.probability_alive(params, [x], [age if x else 0], [age])
    orders = clv.expected_orders(params, [x], [age if x else 0], [age], horizon)
    assert orders[0] == pytest.approx(expected * alive[0], rel=1e-6)


def test_forecasts_agree_with_what_simulated_customers_do(
    simulate: Callable,
):
    params = (0.9, 8.0, 0.9, 3.6)
    history, future = simulate(200_000, params, seed=11, ahead=26.0)
    fitted = clv.BgNbdParams(*params)
    orders = clv.expected_orders(fitted, *history.timing, 26)
    chance = clv.probability_of_order(fitted, *history.timing, 26)
    for repeat in (0, 1, 2, 5):
        rows = history.x == repeat
        error = 4 / math.sqrt(rows.sum())
        assert future[rows].mean() == pytest.approx(
            orders[rows].mean(), abs=error * future[rows].std()
        )
        assert (future[rows] > 0).mean() == pytest.approx(
            chance[rows].mean(), abs=error * 0.5
        )


def test_probability_of_order_follows_its_closed_form():
    x, t_x, age = np.array([0, 2, 5]), np.array([0, 9, 20.0]), np.array([30, 10, 26.0])
    r, alpha, a, b = CLVTOOLS
    odds = a / (b + x - 1) * ((alpha + age) / (alpha + t_x)) ** (r + x)
    alive = 1 / (1 + (x > 0) * odds)
    chance = alive * (1 - ((alpha + age) / (alpha + age + 13)) ** (r + x))
    surprise = ((alpha + t_x) / (alpha + age)) ** (r + x)
    gap = (alpha + age) * (2 ** (1 / (r + x)) - 1)
    assert clv.probability_alive(PARAMS, x, t_x, age) == pytest.approx(alive)
    assert clv.probability_of_order(PARAMS, x, t_x, age, 13) == pytest.approx(chance)
    assert clv.surprise_of_silence(PARAMS, x, t_x, age) == pytest.approx(surprise)
    assert clv.next_order_gap(PARAMS, x, age) == pytest.approx(gap)


def test_half_of_those_still_there_order_within_the_median_gap():
    gap = clv.next_order_gap(PARAMS, [0, 3], [20, 20])
    for x, t_x, each in ((0, 0, gap[0]), (3, 20, gap[1])):
        chance = clv.probability_of_order(PARAMS, [x], [t_x], [20], each)
        alive = clv.probability_alive(PARAMS, [x], [t_x], [20])
        assert chance[0] / alive[0] == pytest.approx(0.5)


def test_gamma_gamma_on_the_raw_cdnow_log_gives_the_published_parameters(cdnow_days):
    fit = clv.fit_gamma_gamma(cdnow_days.x, cdnow_days.mean_value, prior=False)
    params = fit.params
    # Fader, Hardie, note 025; log-likelihood of CLVTools 0.11.2.
    assert (params.p, params.q, params.v) == pytest.approx(
        (6.25, 3.74, 15.44), abs=5e-3
    )
    assert fit.log_likelihood == pytest.approx(-4055.9177, abs=1e-3)
    assert (fit.customers, fit.excluded) == (946, 1411)
    assert fit.correlation == pytest.approx(0.114, abs=1e-3)
    assert fit.converged
    assert fit.doubts == frozenset()


def test_weak_prior_hardly_moves_the_order_value(cdnow_summary):
    x, mean_value = cdnow_summary.x, cdnow_summary.mean_value
    with_prior = clv.fit_gamma_gamma(x, mean_value).params
    without = clv.fit_gamma_gamma(x, mean_value, prior=False).params
    assert with_prior.population_mean == pytest.approx(
        without.population_mean, rel=2e-3
    )


def test_expected_order_values_of_the_first_cdnow_customers(cdnow_summary):
    x, mean_value = cdnow_summary.x, cdnow_summary.mean_value
    params = clv.fit_gamma_gamma(x, mean_value, prior=False).params
    expected = [
        *(24.66, 18.91, 35.17, 35.17, 35.17),
        *(71.46, 18.91, 35.17, 27.28, 35.17),
    ]
    values = clv.expected_order_value(params, x[:10], mean_value[:10])
    assert values == pytest.approx(expected, abs=6e-3)
    assert params.population_mean == pytest.approx(35.171, abs=1e-3)


def test_lifetime_value_of_the_cdnow_customers(cdnow_summary):
    x, t_x, age, mean_value = cdnow_summary
    params = clv.fit_bg_nbd(x, t_x, age, prior=False).params
    spend = clv.fit_gamma_gamma(x, mean_value, prior=False).params
    month = 4.345
    value = clv.customer_lifetime_value(
        *(params, spend, x, t_x, age),
        mean_value=mean_value,
        period=month,
        discount=0.01,
    )
    expected = [36.28, 4.64, 8.34, 8.34, 8.34, 283.52, 6.88, 8.34, 43.35, 8.34]
    assert value[:10] == pytest.approx(expected, abs=6e-3)
    assert value.sum() == pytest.approx(71_509.90, abs=0.5)


def test_without_discount_periods_add_up_to_the_whole_and_margin_scales():
    spend = clv.GammaGammaParams(6.25, 3.74, 15.44)
    history = ([0, 3], [0, 15], [10, 20])
    value = clv.customer_lifetime_value(
        PARAMS, spend, *history, mean_value=[0, 40], period=4, periods=13, margin=0.3
    )
    whole = clv.expected_orders(PARAMS, *history, 52)
    worth = clv.expected_order_value(spend, history[0], [0, 40])
    assert value == pytest.approx(0.3 * worth * whole, rel=1e-12)


def test_forecast_of_the_next_39_weeks_beats_the_naive_one(
    cdnow_days, cdnow_next_orders
):
    x, t_x, age = cdnow_days.timing
    weeks = x, t_x / 7, age / 7
    forecast = clv.expected_orders(clv.fit_bg_nbd(*weeks).params, *weeks, 39)
    naive = x * 39 / np.maximum(age / 7, 1)
    error = np.abs(forecast - cdnow_next_orders).mean()
    naive_error = np.abs(naive - cdnow_next_orders).mean()
    assert cdnow_next_orders.sum() == 1882
    assert forecast.sum() == pytest.approx(1653, rel=0.005)
    assert error == pytest.approx(0.785, abs=0.005)
    assert error < 0.8 * naive_error
