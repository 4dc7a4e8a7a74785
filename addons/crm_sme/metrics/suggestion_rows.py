"""Writing of ``sme.suggestion``: by key, and never over what a person settled."""

from odoo import fields
from odoo.tools import SQL

from ..tools.suggestions import rank

COLUMNS = (
    *("company_id", "key", "kind", "user_id", "partner_id", "lead_id", "reason"),
    *("expected_value", "score", "script", "best_hour", "due", "res_model", "res_id"),
)
# What a second build may change in an open row.
REFRESHED = tuple(name for name in COLUMNS if name not in ("company_id", "key"))
# What the build knows of a suggestion besides its words.
CAUSED = (
    *("key", "kind", "user_id", "partner_id", "lead_id", "expected_value", "score"),
    *("due", "res_model", "res_id"),
)
BATCH = 1000


def store(env, vals_list):
    """Insert suggestions, or bring open ones up to date, by company and key.

    :param env: environment
    :param list[dict] vals_list: see ``sme.suggestion._suggest``
    :return: number of rows that were written
    :rtype: int
    """
    # A key that is given twice is one suggestion, the last one.
    rows = {
        (row["company_id"], row["key"]): row
        for row in _completed(env, [vals for vals in vals_list if vals])
    }
    env["sme.suggestion"].flush_model()
    ordered = [rows[key] for key in sorted(rows)]
    written = sum(
        _upsert(env, ordered[at : at + BATCH]) for at in range(0, len(ordered), BATCH)
    )
    if written:
        env["sme.suggestion"].invalidate_model()
    return written


def _completed(env, vals_list):
    """Fill in what was not given.

    :rtype: list[dict]
    """
    partner_ids = [vals["partner_id"] for vals in vals_list if vals.get("partner_id")]
    # As root: whose customer it is does not depend on who suggests.
    partners = env["res.partner"].sudo().browse(partner_ids)
    partners.fetch(["user_id", "commercial_partner_id"])
    owner_of = {
        partner.id: (partner.user_id or partner.commercial_partner_id.user_id).id
        for partner in partners
    }
    today = fields.Date.context_today(env["sme.suggestion"])
    completed = []
    for vals in vals_list:
        row = {
            "company_id": env.company.id,
            "user_id": owner_of.get(vals.get("partner_id")),
            "due": today,
            **vals,
        }
        if row.get("score") is None:
            row["score"] = rank(
                row["kind"], float(row.get("expected_value") or 0), row["due"], today
            )
        completed.append(row)
    return completed


def _upsert(env, rows):
    table = SQL(", ").join(
        SQL(
            "(%s)",
            SQL(", ").join(
                [SQL("%s", row.get(name) or _empty(name)) for name in COLUMNS]
            ),
        )
        for row in rows
    )
    columns = SQL(", ").join(SQL.identifier(name) for name in COLUMNS)
    env.cr.execute(
        SQL(
            """
            INSERT INTO sme_suggestion AS s (
                %(columns)s, state, create_uid, create_date, write_uid, write_date
            )
            SELECT %(typed)s, 'open', %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM (VALUES %(table)s) AS given (%(columns)s)
                ON CONFLICT (company_id, key) DO UPDATE
               SET %(changes)s, write_date = EXCLUDED.write_date
             WHERE s.state = 'open'
                   AND (%(kept)s) IS DISTINCT FROM (%(given)s)
            """,
            columns=columns,
            typed=SQL(", ").join(_typed(name) for name in COLUMNS),
            table=table,
            uid=env.uid,
            now=fields.Datetime.now(),
            changes=SQL(", ").join(
                SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
                for name in REFRESHED
            ),
            kept=_side("s"),
            given=_side("excluded"),
        )
    )
    return env.cr.rowcount


def _side(table):
    return SQL(", ").join(SQL.identifier(table, name) for name in REFRESHED)


TYPES = {
    "expected_value": SQL("numeric"),
    "score": SQL("double precision"),
    "best_hour": SQL("integer"),
    "due": SQL("date"),
}


def _typed(name):
    integer = SQL("integer") if name.endswith("_id") else SQL("text")
    return SQL("%s::%s", SQL.identifier("given", name), TYPES.get(name, integer))


def _empty(name):
    """What stands for nothing: zero in amounts, else NULL."""
    return 0 if name in ("expected_value", "score", "best_hour") else None
