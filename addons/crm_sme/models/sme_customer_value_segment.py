from odoo import api, fields, models

from ..tools.rfm import MINIMUM_BASE

SCORES = range(1, 6)


class SmeCustomerValueSegment(models.Model):
    """The main segment of a customer: the first one, by sequence, that he is in."""

    _inherit = "sme.customer.value"

    segment_id = fields.Many2one(
        "sme.segment", readonly=True, ondelete="set null", index=True
    )
    segment_strategy = fields.Text(
        related="segment_id.strategy", string="Strategy of the Segment"
    )
    segment_product_grade = fields.Selection(
        related="segment_id.product_grade", string="Grade to Offer"
    )

    @api.model
    def rfm_heat_map(self):
        """Numbers of the heat map, for the company at hand and by the user's rights.

        :return: ``cells`` (one a recency and frequency that occur: ``r``, ``f``,
            ``count``, ``revenue``, ``margin``, ``mean_m``, ``names``), ``totals``,
            ``segments`` (main segments, the largest first), ``recency`` and
            ``frequency`` (range of each score, None for a class that is empty),
            ``currency_id``, ``company_id``, ``buyers`` and ``needed`` (customers who
            bought, and how many it takes)
        :rtype: dict
        """
        company = self.env.company
        rows = self._read_group(
            [("company_id", "=", company.id), ("r_score", ">", 0)],
            ["r_score", "f_score", "segment_id"],
            ["__count", "revenue_12m:sum", "margin_12m:sum", "m_score:sum"],
        )
        buyers = self.search_count(
            [("company_id", "=", company.id), ("order_count", ">", 0)]
        )
        cells, segments = self._heat_sums(rows)
        self._name_cells(cells)
        return {
            "cells": [cells[key] for key in sorted(cells)],
            "totals": _add_up(cells.values()),
            "segments": sorted(
                segments.values(), key=lambda it: (-it["count"], it["id"])
            ),
            "currency_id": company.currency_id.id,
            "company_id": company.id,
            "buyers": buyers,
            "needed": MINIMUM_BASE,
            **self._heat_ranges(company),
        }

    @api.model
    def _heat_sums(self, rows):
        """Sum the groups up by cell and by segment.

        :param list rows: recency, frequency, segment, count and three sums
        :rtype: tuple[dict, dict]
        """
        cells, segments = {}, {}
        for r, f, segment, count, revenue, margin, m_sum in rows:
            part = {
                "count": count,
                "revenue": revenue or 0,
                "margin": margin or 0,
                "m_sum": m_sum or 0,
            }
            cell = cells.setdefault((r, f), {"r": r, "f": f, "names": [], **_NOTHING})
            _add(cell, part)
            if segment:
                named = {
                    "id": segment.id,
                    "name": segment.name,
                    "color": segment.color,
                    **_NOTHING,
                }
                _add(segments.setdefault(segment.id, named), part)
                cell["names"].append((count, segment))
        return cells, segments

    @api.model
    def _name_cells(self, cells):
        """Name each cell by who is in it, or else by whose cell it would be."""
        owners = {}
        for segment in self.env["sme.segment"].search([("mode", "=", "rfm")]):
            if segment.company_id not in (
                segment.company_id.browse(),
                self.env.company,
            ):
                continue
            for code in segment.cells or []:
                counts = owners.setdefault((int(code[0]), int(code[1])), {})
                counts[segment] = counts.get(segment, 0) + 1
        for r in SCORES:
            for f in SCORES:
                cell = cells.setdefault(
                    (r, f), {"r": r, "f": f, "names": [], **_NOTHING}
                )
                ranked = sorted(cell["names"], key=lambda pair: -pair[0])
                own = owners.get((r, f), {})
                names = [segment for _count, segment in ranked] or sorted(
                    own, key=lambda segment: -own[segment]
                )
                cell["names"] = [
                    {"id": it.id, "name": it.name, "color": it.color} for it in names
                ]
                count, m_sum = cell["count"], cell.pop("m_sum")
                cell["mean_m"] = m_sum / count if count else 0

    @api.model
    def _heat_ranges(self, company):
        """What the scores mean: days since the last order, number of orders.

        :rtype: dict[str, list]
        """
        kept = {
            row.measure: row.limits or []
            for row in self.env["sme.rfm.threshold"].search(
                [("company_id", "=", company.id)]
            )
        }
        days = [-limit for limit in kept.get("recency", [])]
        orders = kept.get("frequency", [])
        if not days or not orders:
            return {"recency": [None] * 5, "frequency": [None] * 5}
        # Recency is kept negated: a score of 5 has the fewest days.
        starts, ends = [*days, 0], [None, *(day - 1 for day in days)]
        return {
            "recency": _ranges(starts, ends),
            "frequency": _ranges([1, *(it + 1 for it in orders)], [*orders, None]),
        }


_NOTHING = {"count": 0, "revenue": 0, "margin": 0, "m_sum": 0}


def _add(sums, part):
    for name in _NOTHING:
        sums[name] += part[name]


def _add_up(cells):
    return {
        name: sum(cell[name] for cell in cells)
        for name in ("count", "revenue", "margin")
    }


def _ranges(starts, ends):
    """Pair up beginnings and ends; None where ties left a class empty."""
    return [
        None if end is not None and end < start else [start, end]
        for start, end in zip(starts, ends, strict=True)
    ]
