from odoo import models
from odoo.tools import SQL


class SmeAnalysisRates(models.AbstractModel):
    """Rates of sums in pivots, and no sums in other currencies where there is one."""

    _name = "sme.analysis.rates"
    _description = "Rates in Analyses"
    # name: (fields to add, fields to take off, fields to divide by or None)
    _rates = {}

    def _read_group_select(self, aggregate_spec, query):
        name, _sep, function = aggregate_spec.partition(":")
        if function in ("sum_currency", "array_agg_distinct"):
            # The web client asks for both beside every sum; over many rows they take
            # most of the time, and without a second currency they say nothing.
            only = self.env.companies.currency_id
            if len(only) == 1 and function == "sum_currency":
                function = self._fields[name].aggregator
                return self._read_group_select(f"{name}:{function}", query)
            if len(only) == 1 and name == "currency_id":
                return SQL("ARRAY[%s]", only.id)
        if name in self._rates and function in ("sum", "avg", "sum_currency"):
            return self._rate_sql(name, query)
        return super()._read_group_select(aggregate_spec, query)

    def _rate_sql(self, name, query):
        """One sum over another; nothing below the line gives no figure.

        :rtype: SQL
        """
        plus, minus, base = self._rates[name]

        def total(names):
            return SQL(" + ").join(
                SQL("coalesce(%s, 0)", self._read_group_select(f"{each}:sum", query))
                for each in names
            )

        value = total(plus)
        if minus:
            value = SQL("%s - (%s)", value, total(minus))
        if base is None:
            return value
        return SQL("(%s)::numeric / nullif(%s, 0)", value, total(base))
