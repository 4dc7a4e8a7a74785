"""Completeness of the customers' files in sets, where it differs from what is kept.

The slow, plain form of it stands in ``tools/data_score.py``. Not a change that anybody
made, so dates stay.
"""

from odoo.tools import SQL

from ..tools.data_score import ITEMS, USUAL

KNOWN = {
    "phone": SQL("p.phone <> ''"),
    "email": SQL("p.email <> ''"),
    "address": SQL("p.street <> '' AND p.city <> ''"),
    "birthday": SQL("p.birthday IS NOT NULL"),
    "contract_day": SQL("p.contract_day IS NOT NULL"),
    "vat": SQL("p.vat <> ''"),
    "industry": SQL("p.industry_id IS NOT NULL"),
    "website": SQL("p.website <> ''"),
    "consent": SQL(
        "'unknown' <> ANY(ARRAY[p.consent_mail, p.consent_sms, p.consent_phone])"
    ),
}


def fill(env, which=None):
    """Bring ``data_score`` up to date.

    :param SQL which: condition on ``p``, the partners; None for all
    :return: number of partners whose figure changed
    :rtype: int
    """
    env.flush_all()
    points = {item: _points(item) for item in ITEMS}
    env.cr.execute(
        SQL(
            """
            UPDATE res_partner kept
               SET data_score = new.score
              FROM (
                   SELECT p.id, CASE WHEN (%(whole)s) = 0 THEN 100
                                     ELSE 100 * (%(part)s) / (%(whole)s) END AS score
                     FROM res_partner p
                     LEFT JOIN sme_customer_kind k ON k.id = p.customer_kind_id
                    WHERE %(which)s
              ) new
             WHERE kept.id = new.id AND kept.data_score IS DISTINCT FROM new.score
            """,
            whole=SQL(" + ").join(points.values()),
            part=SQL(" + ").join(
                SQL("CASE WHEN %s THEN %s ELSE 0 END", KNOWN[item], points[item])
                for item in ITEMS
            ),
            which=which or SQL("TRUE"),
        )
    )
    changed = env.cr.rowcount
    if changed:
        env["res.partner"].invalidate_model(["data_score"], flush=False)
    return changed


def _points(item):
    """Points of an item: those of the kind, else the usual ones."""
    return SQL(
        "CASE WHEN k.id IS NULL THEN %s ELSE coalesce(%s, 0) END",
        USUAL.get(item, 0),
        SQL.identifier("k", f"points_{item}"),
    )
