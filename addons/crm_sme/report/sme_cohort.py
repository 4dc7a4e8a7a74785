from babel.dates import format_skeleton
from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.misc import babel_locale_parse

from ..metrics.as_of import AsOf

LONGEST = 60


class SmeCohort(models.Model):
    """Who came in one month, and how many of them bought in the months after it."""

    _inherit = "sme.customer.snapshot"

    @api.model
    def get_cohorts(self, months=12):
        """Sum the customers by the month of their first order and by month since.

        :param int months: number of cohorts, the running month being the last one
        :return: ``months`` (how many columns), ``currency_id`` and ``cohorts``, oldest
            first: each with ``month`` (ISO date), ``label`` and ``cells``, one a month
            since: ``month``, ``customers`` who bought, their ``orders`` and ``revenue``
            less refunds
        :rtype: dict
        :raises AccessError: the user may not read snapshots
        """
        self.check_access("read")
        months = max(1, min(int(months), LONGEST))
        company = self.env.company
        running = AsOf.of_company(company).today.replace(day=1)
        start = running - relativedelta(months=months - 1)
        sums = self._cohort_sums(company, start)
        cohorts = [
            self._cohort(start + relativedelta(months=step), running, sums)
            for step in range(months)
        ]
        while cohorts and not cohorts[0]["cells"][0]["customers"]:
            cohorts.pop(0)
        return {
            "months": len(cohorts),
            "currency_id": company.currency_id.id,
            "cohorts": cohorts,
        }

    def _cohort_sums(self, company, start):
        """Customers, orders and revenue by cohort and month, as the user may see.

        :rtype: dict
        """
        self.env["sme.customer.snapshot"].flush_model()
        query = self._search(
            [("company_id", "=", company.id), ("first_month", ">=", start)]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT sme_customer_snapshot.first_month, sme_customer_snapshot.month,
                       count(*) FILTER (WHERE sme_customer_snapshot.order_count > 0),
                       sum(sme_customer_snapshot.order_count),
                       sum(sme_customer_snapshot.revenue)
                  FROM %s
                 WHERE %s
                 GROUP BY 1, 2
                """,
                query.from_clause,
                query.where_clause,
            )
        )
        return {(row[0], row[1]): row[2:] for row in rows}

    def _cohort(self, first, running, sums):
        """One line of the table: the months from the first order until today."""
        locale = babel_locale_parse(self.env.lang or "en_US")
        cells = []
        month = first
        while month <= running:
            customers, orders, revenue = sums.get((first, month), (0, 0, 0))
            cells.append(
                {
                    "month": month.isoformat(),
                    "customers": customers,
                    "orders": orders,
                    "revenue": float(revenue or 0),
                }
            )
            month += relativedelta(months=1)
        return {
            "month": first.isoformat(),
            "label": format_skeleton("yMMM", first, locale=locale),
            "cells": cells,
        }
