"""How many records of each kind customers have, their contacts' included."""

from odoo.tools import SQL


def count(env, heads, wanted):
    """Count records of several models by commercial partner, in one query.

    :param list heads: ids of commercial partners
    :param dict wanted: by any name, what to count: records that say as whom to search
        (None where the user may not read the model), and a domain
    :return: number by name and by commercial partner; who has none is missing
    :rtype: dict[str, dict[int, int]]
    """
    counts = {name: {} for name in wanted}
    parts = [
        _of_one(name, heads, records, domain)
        for name, (records, domain) in wanted.items()
        if records is not None
    ]
    if heads and parts:
        for name, head, number in env.execute_query(SQL(" UNION ALL ").join(parts)):
            counts[name][head] = number
    return counts


def _of_one(name, heads, records, domain):
    family = [("partner_id.commercial_partner_id", "in", heads)]
    found = records._search([*family, *domain])
    return SQL(
        """
        SELECT %(name)s, head.commercial_partner_id, count(*)
          FROM %(found)s AS found
          JOIN res_partner AS head ON head.id = found.partner_id
         GROUP BY head.commercial_partner_id
        """,
        name=name,
        found=found.subselect(SQL.identifier(records._table, "partner_id")),
    )
