from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..tools import wire
from ..tools.refusal import Refusal
from ..tools.wire import Shape
from .context import Context
from .rows import insert

MOST_LINES = 5000
COUNTS = ("known", "listed", "missing", "differing", "gone")
REPORT = Shape(
    {"run": wire.ident, "state": wire.one_of("comparing", "mended", "failed")},
    {"message": wire.text, **{f"{word}_count": wire.count for word in COUNTS}},
    {f"{word}_count": 0 for word in COUNTS},
)
DIFFERENCE = Shape(
    {
        "external_id": wire.ident,
        "what": wire.one_of("missing", "differing", "gone"),
    },
    {"odoo_version": wire.text, "shop_version": wire.text},
    {},
)


class SmeIngest(models.AbstractModel):
    """What the reconcile found, told to people."""

    _inherit = "sme.ingest"

    @api.model
    def compared(self, contract, source, kind, report, differences=()):
        """Keep what a reconcile found of one kind; nothing but the report is written.

        Called before the differences are mended, when the amounts are still those of
        before, and once more after it, with the same ``report["run"]``.

        :param dict report: run, state, counts and message
        :param list differences: records that Odoo does not hold as the shop does
        :return: how many differences are listed, and how many were not mended
        :rtype: dict
        """
        door = self._enter(contract)
        door._check_kind(kind)
        values, rows = door._checked_comparison(report, differences)
        context = Context(door._source_for(source))
        found = door._note_comparison(context, kind, values)
        door._list_differences(found, rows)
        if values["state"] == "mended":
            door._settle_comparison(found, kind)
        found.invalidate_recordset()
        return {"listed": len(found.line_ids), "refused": found.refused_count}

    def _checked_comparison(self, report, differences):
        _ = self._reader()._
        if not isinstance(differences, list | tuple):
            raise UserError(_("differences: a list is expected."))
        if len(differences) > MOST_LINES:
            raise UserError(
                _("differences: at most %(limit)s in one call.", limit=MOST_LINES)
            )
        try:
            values = REPORT(wire.cleaned(report))
            rows = [DIFFERENCE(wire.cleaned(each)) for each in differences]
        except Refusal as refusal:
            return self._malformed("report", refusal)
        return values, rows

    def _note_comparison(self, context, kind, values):
        """Make or update the report of a run; return its record."""
        counts = {f"{word}_count": values[f"{word}_count"] for word in COUNTS}
        differing = ("missing_count", "differing_count", "gone_count")
        ended = values["state"] != "comparing"
        row = {
            "run_key": values["run"],
            "kind": kind,
            "state": values["state"],
            "message": values["message"],
            "difference_count": sum(counts[name] for name in differing),
            **counts,
        }
        updated = ("state", "message", "difference_count", *counts)
        [(report_id,)] = insert(
            self.env["sme.reconcile"],
            tuple(row),
            [row],
            constants={
                "source_id": context.source.id,
                "company_id": context.company.id,
                "started_on": context.now,
                "ended_on": context.now if ended else None,
                "refused_count": 0,
                "revenue_before": 0,
                "revenue_after": 0,
                "revenue_difference": 0,
            },
            conflict=SQL(
                "(source_id, kind, run_key) DO UPDATE SET %s, "
                "ended_on = EXCLUDED.ended_on, write_date = EXCLUDED.write_date",
                SQL(", ").join(
                    SQL("%(c)s = EXCLUDED.%(c)s", c=SQL.identifier(name))
                    for name in updated
                ),
            ),
        )
        return self.env["sme.reconcile"].browse(report_id)

    def _list_differences(self, found, rows):
        """List differences once, orders with the revenue that Odoo holds now."""
        insert(
            self.env["sme.reconcile.line"],
            ("external_id", "what", "odoo_version", "shop_version"),
            rows,
            constants={
                "reconcile_id": found.id,
                "source_id": found.source_id.id,
                "company_id": found.company_id.id,
                "kind": found.kind,
                "started_on": found.started_on,
                "result": "open",
                "revenue_before": 0,
                "revenue_after": 0,
            },
            conflict=SQL("(reconcile_id, external_id) DO NOTHING"),
        )
        if rows and found.kind == "order":
            names = [row["external_id"] for row in rows]
            self._count_revenue(found, "revenue_before", names)

    def _settle_comparison(self, found, kind):
        """Say of each difference whether it was mended, and sum up the revenue."""
        self.env.execute_query(
            SQL(
                """
                UPDATE sme_reconcile_line l
                   SET result = CASE WHEN EXISTS (
                        SELECT FROM sme_reject r
                         WHERE r.source_id = l.source_id AND r.kind = l.kind
                           AND r.external_id = l.external_id AND r.state = 'open'
                       ) THEN 'refused' ELSE 'mended' END
                 WHERE l.reconcile_id = %(id)s
             RETURNING l.id
                """,
                id=found.id,
            )
        )
        if kind == "order":
            self._count_revenue(found, "revenue_after")
        self.env.execute_query(
            SQL(
                """
                UPDATE sme_reconcile r
                   SET refused_count = s.refused, revenue_before = s.before,
                       revenue_after = s.after, revenue_difference = s.after - s.before
                  FROM (SELECT COUNT(*) FILTER (WHERE result = 'refused') AS refused,
                               COALESCE(SUM(revenue_before), 0) AS before,
                               COALESCE(SUM(revenue_after), 0) AS after
                          FROM sme_reconcile_line WHERE reconcile_id = %(id)s) s
                 WHERE r.id = %(id)s
             RETURNING r.id
                """,
                id=found.id,
            )
        )
        self.env["sme.reconcile.line"].invalidate_model()

    def _count_revenue(self, found, column, names=None):
        """Fill a column of the lines with the net revenue of their orders as of now."""
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """
                UPDATE sme_reconcile_line l
                   SET %(column)s = COALESCE((
                        SELECT SUM(part.revenue)
                          FROM sme_order o
                          JOIN sme_order part
                            ON part.id = o.id OR part.origin_id = o.id
                         WHERE o.source_id = l.source_id AND o.kind = 'order'
                           AND o.external_id = l.external_id AND part.counted), 0)
                 WHERE l.reconcile_id = %(id)s
                   AND (%(names)s::varchar[] IS NULL OR l.external_id = ANY(%(names)s))
             RETURNING l.id
                """,
                column=SQL.identifier(column),
                id=found.id,
                names=names,
            )
        )
