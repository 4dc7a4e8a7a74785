"""The forecast beside ``lifetimes`` 0.11.3: no longer kept up, yet it still computes.

It is a test-only oracle; both must find the same numbers on the same data.
"""

import warnings
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from crm_sme_tools import clv


@pytest.fixture(scope="module")
def oracle() -> SimpleNamespace:
    with warnings.catch_warnings():
        # It sets an option of pandas that pandas 3 no longer has.
        warnings.filterwarnings("ignore", message="The 'mode.chained_assignment'")
        import lifetimes  # noqa: PLC0415

        return SimpleNamespace(
            bg_nbd=lifetimes.BetaGeoFitter, gamma_gamma=lifetimes.GammaGammaFitter
        )


def values(fitter) -> list[float]:
    return [float(each) for each in fitter.params_]


def ours(params) -> list[float]:
    return [params.r, params.alpha, params.a, params.b]


def test_bg_nbd_finds_the_parameters_and_forecasts_of_the_oracle(oracle, cdnow_summary):
    x, t_x, age = cdnow_summary.timing
    theirs = oracle.bg_nbd().fit(x, t_x, age)
    params = clv.fit_bg_nbd(x, t_x, age, prior=False).params
    assert ours(params) == pytest.approx(values(theirs), rel=1e-4)
    same = clv.BgNbdParams(*values(theirs))
    alive = theirs.conditional_probability_alive(x, t_x, age)
    assert clv.probability_alive(same, x, t_x, age) == pytest.approx(alive, rel=1e-10)
    for horizon in (1, 39, 520):
        orders = theirs.conditional_expected_number_of_purchases_up_to_time(
            horizon, x, t_x, age
        )
        found = clv.expected_orders(same, x, t_x, age, horizon)
        assert found == pytest.approx(np.asarray(orders), rel=1e-9)


def test_bg_nbd_on_week_buckets_finds_the_parameters_of_the_oracle(oracle, cdnow_days):
    buckets = clv.week_buckets(*cdnow_days.timing)
    columns = (buckets.x, buckets.t_x, buckets.age, buckets.weights)
    theirs = oracle.bg_nbd().fit(*columns)
    params = clv.fit_bg_nbd(*columns, prior=False).params
    assert ours(params) == pytest.approx(values(theirs), rel=1e-4)


def test_gamma_gamma_finds_the_parameters_and_values_of_the_oracle(
    oracle, cdnow_summary
):
    x, mean_value = cdnow_summary.x, cdnow_summary.mean_value
    used = mean_value > 0
    theirs = oracle.gamma_gamma().fit(x[used], mean_value[used])
    found = clv.fit_gamma_gamma(x, mean_value, prior=False).params
    assert [found.p, found.q, found.v] == pytest.approx(values(theirs), rel=1e-3)
    spend = clv.GammaGammaParams(*values(theirs))
    worth = theirs.conditional_expected_average_profit(x, mean_value)
    assert clv.expected_order_value(spend, x, mean_value) == pytest.approx(
        np.asarray(worth), rel=1e-10
    )


def test_lifetime_value_is_that_of_the_oracle(oracle, cdnow_summary):
    x, t_x, age, mean_value = map(pd.Series, cdnow_summary)
    timing = oracle.bg_nbd().fit(x, t_x, age)
    worth = oracle.gamma_gamma().fit(x[x > 0], mean_value[x > 0])
    theirs = worth.customer_lifetime_value(
        timing, x, t_x, age, mean_value, time=12, discount_rate=0.01, freq="W"
    )
    found = clv.customer_lifetime_value(
        clv.BgNbdParams(*values(timing)),
        clv.GammaGammaParams(*values(worth)),
        *(x, t_x, age),
        mean_value=mean_value,
        period=4.345,
        discount=0.01,
    )
    assert found == pytest.approx(np.asarray(theirs), rel=1e-9)
