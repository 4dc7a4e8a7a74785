"""The forecast where other programs fail: tiny, odd and impossible data."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from crm_sme_tools import clv
from crm_sme_tools.clv import Doubt

NOTHING = ([], [], [])
HISTORY = {"x": [0, 2], "t_x": [0.0, 5.0], "age": [9.0, 8.0]}
PARAMS = clv.BgNbdParams(0.25, 4.4, 0.8, 2.4)
SPEND = clv.GammaGammaParams(6.25, 3.74, 15.44)


def is_finite(params: clv.BgNbdParams) -> bool:
    numbers = np.array([params.r, params.alpha, params.a, params.b])
    return bool(np.all(np.isfinite(numbers) & (numbers > 0)))


@pytest.mark.parametrize(
    ("x", "t_x", "age"),
    [
        pytest.param([0], [0], [10], id="one customer, one order"),
        pytest.param([3], [9], [10], id="one customer, four orders"),
        pytest.param([0], [0], [0], id="first order today"),
        pytest.param([0, 0, 0], [0, 0, 0], [1, 0, 2], id="three new customers"),
        pytest.param([1, 1], [1e-3, 900], [900, 900], id="far apart"),
    ],
)
@pytest.mark.parametrize("prior", [True, False], ids=["prior", "plain"])
def test_fit_of_a_tiny_base_gives_an_answer_and_says_how_unsure(x, t_x, age, prior):
    fit = clv.fit_bg_nbd(x, t_x, age, prior=prior)
    assert is_finite(fit.params)
    assert Doubt.FEW_CUSTOMERS in fit.doubts
    assert Doubt.DROP_OUT_NOT_IDENTIFIABLE in fit.doubts
    assert (Doubt.NO_REPEAT_ORDERS in fit.doubts) == (not any(x))
    assert np.all(np.isfinite(clv.expected_orders(fit.params, x, t_x, age, 52)))


def test_shop_of_one_time_buyers_only_learns_how_rarely_they_return():
    zeros = np.zeros(500)
    fit = clv.fit_bg_nbd(zeros, zeros, np.full(500, 100.0))
    again = clv.probability_of_order(fit.params, [0], [0], [100.0], 13)
    assert fit.converged
    assert fit.doubts == {Doubt.NO_REPEAT_ORDERS, Doubt.DROP_OUT_NOT_IDENTIFIABLE}
    assert again[0] < 0.01


def test_one_time_buyer_counts_as_alive_but_may_well_never_order():
    alive = clv.probability_alive(PARAMS, [0], [0], [100])
    chance = clv.probability_of_order(PARAMS, [0], [0], [100], 13)
    assert alive[0] == 1
    assert 0 < chance[0] < 0.1


def test_shop_where_nobody_drops_out_says_that_drop_out_cannot_be_told(
    simulate: Callable,
):
    history, _future = simulate(2000, (0.8, 6.0, 0.01, 2000.0), seed=5)
    plain = clv.fit_bg_nbd(*history.timing, prior=False)
    fit = clv.fit_bg_nbd(*history.timing)
    assert {Doubt.DEGENERATE, Doubt.DROP_OUT_NOT_IDENTIFIABLE} <= plain.doubts
    assert Doubt.DROP_OUT_NOT_IDENTIFIABLE in fit.doubts


def test_weak_prior_still_ranks_the_silent_where_the_plain_fit_cannot(
    simulate: Callable,
):
    history, _future = simulate(2000, (0.8, 6.0, 0.01, 2000.0), seed=5)
    params = clv.fit_bg_nbd(*history.timing).params
    alive = clv.probability_alive(params, [8, 8], [50, 80], [90, 90])
    assert alive[0] < alive[1] < 1


def test_shop_with_clear_drop_out_has_no_doubts(simulate: Callable):
    history, _future = simulate(3000, (0.65, 5.0, 0.9, 3.6), seed=6)
    fit = clv.fit_bg_nbd(*history.timing)
    assert fit.doubts == frozenset()


@pytest.mark.parametrize("orders", [5_000, 50_000, 100_000])
def test_thousands_of_orders_of_one_customer_stay_finite(orders):
    x, t_x, age = [orders, orders], [100.0, 40.0], [100.0, 100.0]
    expected = clv.expected_orders(PARAMS, x, t_x, age, 52)
    alive = clv.probability_alive(PARAMS, x, t_x, age)
    assert orders * 0.5 * 0.8 < expected[0] < orders * 0.5
    assert alive[0] > 0.999
    assert expected[1] == alive[1] == 0
    assert clv.next_order_gap(PARAMS, x, age)[0] == pytest.approx(
        np.log(2) * 104.4 / orders, rel=1e-3
    )


def test_fit_copes_with_one_huge_customer_among_small_ones(simulate: Callable):
    history, _future = simulate(300, (0.65, 5.0, 0.9, 3.6), seed=7)
    x, t_x, age = history.timing
    fit = clv.fit_bg_nbd(
        np.append(x, 100_000), np.append(t_x, 104.0), np.append(age, 104.0)
    )
    assert fit.converged
    assert is_finite(fit.params)


def test_forecast_for_no_time_is_nothing_and_grows_with_time():
    columns = HISTORY.values()
    zero = clv.expected_orders(PARAMS, *columns, 0)
    assert zero.tolist() == [0, 0]
    assert clv.probability_of_order(PARAMS, *columns, 0).tolist() == [0, 0]
    steps = [clv.expected_orders(PARAMS, *columns, each) for each in (1e-12, 1, 9, 9e9)]
    assert np.all(np.diff(steps, axis=0) > 0)


def test_gap_beyond_any_number_is_infinite():
    params = clv.BgNbdParams(1e-4, 4.4, 0.8, 2.4)
    assert clv.next_order_gap(params, [0], [10]).tolist() == [np.inf]


def test_forecasts_of_nobody_are_empty():
    assert clv.expected_orders(PARAMS, *NOTHING, 13).shape == (0,)
    assert clv.probability_alive(PARAMS, *NOTHING).shape == (0,)
    assert clv.expected_order_value(SPEND, [], []).shape == (0,)
    assert clv.week_buckets(*NOTHING).weights.shape == (0,)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": [0, 2.5]}, r"x\[1\] is 2.5, but must be a whole number"),
        ({"x": [-1, 2]}, r"x\[0\] is -1, but must be a finite number >= 0"),
        ({"x": [[0, 2]]}, r"x must be one column, but has shape \(1, 2\)"),
        ({"t_x": [0]}, "t_x has 1 rows where x has 2"),
        ({"age": [9, np.nan]}, r"age\[1\] is nan, but must be a finite number"),
        ({"t_x": [0, 8.5]}, r"t_x\[1\] is 8.5, but must be at most age"),
        ({"t_x": [1, 5]}, r"t_x\[0\] is 1, but must be 0 where x is 0"),
        ({"t_x": [0, 0]}, r"t_x\[1\] is 0, but must be above 0 where x > 0"),
        ({"weights": [1]}, "weights has 1 rows where x has 2"),
        ({"weights": [1, np.inf]}, r"weights\[1\] is inf"),
        ({"weights": [0, 0]}, "no customer to learn from"),
        ({"x": [], "t_x": [], "age": []}, "no customer to learn from"),
    ],
)
def test_impossible_history_is_refused_by_name(change, message):
    with pytest.raises(ValueError, match=message):
        clv.fit_bg_nbd(**(HISTORY | change))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: clv.BgNbdParams(0.2, 0, 1, 1), "alpha is 0, but must be"),
        (lambda: clv.BgNbdParams(0.2, 1, np.nan, 1), "a is nan, but must be"),
        (lambda: clv.GammaGammaParams(6, 1, 15), "q is 1, but must be > 1"),
        (
            lambda: clv.expected_orders(PARAMS, **HISTORY, horizon=-1),
            "horizon is -1, but must be",
        ),
        (
            lambda: clv.discounted_orders(PARAMS, **HISTORY, period=4, periods=0),
            "periods is 0",
        ),
        (
            lambda: clv.discounted_orders(PARAMS, **HISTORY, period=4, discount=-1),
            "discount -1",
        ),
        (
            lambda: clv.fit_gamma_gamma([0, 1], [1.0]),
            r"mean_value has shape \(1,\) where x has \(2,\)",
        ),
        (
            lambda: clv.fit_gamma_gamma([0, 1], [1.0, np.nan]),
            r"mean_value\[1\] is nan, but must be a finite number where x > 0",
        ),
        (
            lambda: clv.fit_gamma_gamma([0, 1], [0.0, -5.0]),
            "mean_value holds no positive value",
        ),
    ],
)
def test_impossible_question_is_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_refunded_customers_are_left_out_of_the_order_value():
    x, mean_value = np.array([2, 3, 1, 4, 0]), np.array([20, -5, 0, 35, np.nan])
    fit = clv.fit_gamma_gamma(x, mean_value)
    same = clv.fit_gamma_gamma([2, 4], [20, 35])
    assert (fit.customers, fit.excluded) == (2, 3)
    assert fit.params == same.params
    worth = clv.expected_order_value(fit.params, x, mean_value)
    assert np.all(worth > 0)
    assert worth[1] < worth[2] < worth[0]
    assert worth[4] == pytest.approx(fit.params.population_mean)


@pytest.mark.parametrize(
    ("x", "mean_value"),
    [
        pytest.param([1], [50], id="one customer"),
        pytest.param([2, 2, 2], [50, 50, 50], id="all the same"),
        pytest.param([1, 1], [0.01, 1e9], id="far apart"),
        pytest.param([50_000, 1], [50, 60], id="thousands of orders"),
    ],
)
def test_order_value_of_a_tiny_base_has_the_level_of_the_data(x, mean_value):
    fit = clv.fit_gamma_gamma(x, mean_value)
    worth = clv.expected_order_value(fit.params, x, mean_value)
    assert fit.converged
    assert Doubt.FEW_CUSTOMERS in fit.doubts
    assert np.all(np.isfinite(worth) & (worth > 0))
    assert 1e-3 * min(mean_value) < fit.params.population_mean < 10 * max(mean_value)


def test_order_value_without_repeat_orders_is_the_mean_of_the_first_orders():
    fit = clv.fit_gamma_gamma([0, 0], [30, 50], prior=False)
    assert fit.params.population_mean == pytest.approx(40, rel=1e-6)
    assert {Doubt.NO_REPEAT_ORDERS, Doubt.FEW_CUSTOMERS} <= fit.doubts
    assert fit.correlation is None
    assert fit.log_likelihood == 0


def test_weights_of_the_order_value_count_as_copies():
    weighted = clv.fit_gamma_gamma([1, 3, 2], [20, 40, 10], weights=[2, 1, 3])
    copied = clv.fit_gamma_gamma([1, 1, 3, 2, 2, 2], [20, 20, 40, 10, 10, 10])
    assert weighted.params.population_mean == pytest.approx(
        copied.params.population_mean, rel=1e-6
    )
    assert weighted.log_likelihood == pytest.approx(copied.log_likelihood)
    assert weighted.correlation == pytest.approx(copied.correlation)


def test_tools_import_without_odoo():
    folder = Path(clv.__file__).parent
    code = (
        "import sys, importlib; sys.path.insert(0, sys.argv[1]);"
        "importlib.import_module(sys.argv[2] + '.clv');"
        "assert 'odoo' not in sys.modules"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(folder.parent), folder.name],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert answer.returncode == 0, answer.stderr.decode()
