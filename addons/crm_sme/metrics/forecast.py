"""The forecast of each customer: fit when it is due, score always."""

from . import forecast_fit, forecast_library, forecast_score


def update(env, company, as_of, limited):
    """Bring the forecast columns of the customers in ``sme_fact`` up to date.

    :param company: record of ``res.company``
    :param AsOf as_of: today
    :param bool limited: only who is in ``sme_wanted``; then no fit is made
    :return: number of rows written
    :rtype: int
    """
    library = forecast_library.load()
    forecast = env["sme.forecast"]
    if library:
        if limited:
            forecast = forecast._newest(company)
        else:
            forecast = forecast_fit.fit_if_due(env, company, as_of, library)
    if not forecast:
        return forecast_score.clear(env, company, as_of, limited)
    return forecast_score.score(env, company, as_of, forecast, library)
