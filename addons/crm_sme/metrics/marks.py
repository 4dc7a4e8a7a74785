"""Whom the next full refresh has to look at, noted by the database itself.

Triggers on what the figures are made of put the customers of each changed row into
queues, in the same transaction and whoever wrote: the door, a person, or somebody by
hand in the database. So a full refresh needs to read only these customers' orders. The
queues are no models: nobody reads them but the refresh. Doubles are harmless.
"""

from odoo.tools import SQL

# Queues: sums of the orders; rows of figures; cells of the roll-up; lifecycle stage.
SUMS, ROWS, SALES, STAGE = "sums", "rows", "sales", "stage"
# Sales without a customer are marked as those of a partner that cannot exist.
NOBODY = 0
# A mark for all customers of a company.
EVERYBODY = -1
# A refresh of all does not note what it writes itself; also a setting of PostgreSQL.
SILENT = "crm_sme.silent"
# Of each table, rows in ``seen`` (those before and after the change) to customers.
ORDERS = """
    SELECT company_id, commercial_partner_id AS partner_id FROM seen
     WHERE commercial_partner_id IS NOT NULL
     UNION
    SELECT company_id, 0 FROM seen WHERE partner_id IS NULL
     UNION
    SELECT o.company_id, coalesce(o.commercial_partner_id, 0)
      FROM seen JOIN sme_order o ON o.id = seen.origin_id
     UNION
    SELECT s.company_id, p.commercial_partner_id
      FROM seen JOIN sale_order s ON s.id = seen.sale_order_id
      JOIN res_partner p ON p.id = s.partner_id
     WHERE p.commercial_partner_id IS NOT NULL
"""
ORDER_LINES = """
    SELECT DISTINCT o.company_id, coalesce(o.commercial_partner_id, 0) AS partner_id
      FROM seen JOIN sme_order o ON o.id = seen.order_id
     WHERE o.partner_id IS NULL OR o.commercial_partner_id IS NOT NULL
"""
OWN_ORDERS = """
    SELECT DISTINCT seen.company_id, p.commercial_partner_id AS partner_id
      FROM seen JOIN res_partner p ON p.id = seen.partner_id
     WHERE seen.state = 'sale' AND p.commercial_partner_id IS NOT NULL
"""
OWN_LINES = """
    SELECT DISTINCT s.company_id, p.commercial_partner_id AS partner_id
      FROM seen JOIN sale_order s ON s.id = seen.order_id
      JOIN res_partner p ON p.id = s.partner_id
     WHERE s.state = 'sale' AND p.commercial_partner_id IS NOT NULL
"""
LINKED = """
    SELECT DISTINCT seen.company_id, coalesce(p.commercial_partner_id, 0) AS partner_id
      FROM seen LEFT JOIN res_partner p ON p.id = seen.partner_id
     WHERE seen.company_id IS NOT NULL
"""
# Table: its columns in ``seen``, and the customers of such rows.
BY_STATEMENT = {
    "sme_order": (
        (
            *("company_id", "partner_id", "commercial_partner_id"),
            *("origin_id", "sale_order_id"),
        ),
        ORDERS,
    ),
    "sme_order_line": (("order_id",), ORDER_LINES),
    "sale_order": (("company_id", "partner_id", "state"), OWN_ORDERS),
    "sale_order_line": (("order_id",), OWN_LINES),
    "sme_binding": (("company_id", "partner_id"), LINKED),
    "sme_interaction": (("company_id", "partner_id"), LINKED),
}
# Columns of a partner that the queues ask for.
OF_SUMS = (
    *("commercial_partner_id", "active", "user_id", "country_id", "state_id"),
    "is_company",
)
OF_STAGE = ("commercial_partner_id", "lifecycle_stage_id", "lifecycle_locked")
OF_VALUE = ("partner_id", "company_id", "segment_id", "tier_id", "fade_state")
# What all sales are looked at again for: table, events, which rows matter.
SOLD = """
    EXISTS (
        SELECT FROM product_product p
         WHERE p.product_tmpl_id = ANY(ARRAY[OLD.{0}, NEW.{0}])
               AND (EXISTS (SELECT FROM sme_order_line l WHERE l.product_id = p.id)
                    OR EXISTS (SELECT FROM sale_order_line l WHERE l.product_id = p.id))
    )
"""
VENDOR = "EXISTS (SELECT FROM product_supplierinfo s WHERE s.partner_id = NEW.id)"
FOR_ALL_SALES = {
    ("product_template", "UPDATE OF categ_id, uom_id"): (
        ("categ_id", "uom_id"),
        SOLD.format("id"),
    ),
    ("product_supplierinfo", "INSERT OR UPDATE OR DELETE"): (
        (),
        SOLD.format("product_tmpl_id"),
    ),
    ("res_users", "UPDATE OF sale_team_id"): (("sale_team_id",), "TRUE"),
    ("uom_uom", "UPDATE OF factor"): (("factor",), "TRUE"),
    ("res_partner", "UPDATE OF commercial_partner_id"): (
        ("commercial_partner_id",),
        VENDOR,
    ),
}
EVENTS = {"INSERT": ("come",), "DELETE": ("gone",), "UPDATE": ("gone", "come")}
TABLES = {"come": "NEW TABLE AS come", "gone": "OLD TABLE AS gone"}


def watch(cr):
    """Make the queues anew, empty, and let the tables fill them.

    :param cr: cursor; all tables are there
    """
    unwatch(cr)
    cr.execute(
        SQL(
            "CREATE TABLE sme_mark "
            "(queue text NOT NULL, company_id int NOT NULL, partner_id int NOT NULL)"
        )
    )
    for table in BY_STATEMENT:
        for event in EVENTS:
            _watch_statements(cr, table, event)
    _watch_partners(cr)
    _watch_values(cr)
    _watch_all_sales(cr)


def unwatch(cr):
    """Take away the queues and what fills them."""
    cr.execute(
        SQL(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE proname ~ '^sme_mark_' "
            "AND pronamespace = current_schema()::regnamespace"
        )
    )
    for (function,) in cr.fetchall():
        cr.execute(SQL("DROP FUNCTION %s CASCADE", SQL(function)))
    cr.execute(SQL("DROP TABLE IF EXISTS sme_mark"))


def are_kept(cr):
    """Whether every table is watched: a trigger may have been switched off by hand.

    :rtype: bool
    """
    cr.execute(
        SQL(
            "SELECT count(*) FROM pg_trigger WHERE tgname ~ '^sme_mark_' "
            "AND tgenabled IN ('O', 'A')"
        )
    )
    # Of partners: written and deleted; of figures: the same.
    watched = len(BY_STATEMENT) * len(EVENTS) + 4 + len(FOR_ALL_SALES)
    return cr.fetchone()[0] == watched


def be_silent(cr, is_silent):
    """Let what this transaction writes to partners and figures go unnoticed, or not."""
    cr.execute(
        SQL("SELECT set_config(%s, %s, TRUE)", SILENT, "on" if is_silent else "")
    )


def take(cr, queue, table, company=None):
    """Empty a queue into a temporary table with the column ``id``.

    What others wrote since this transaction began stays for the next refresh.

    :param str queue: one of the queues
    :param str table: name
    :param company: record of ``res.company``; None for all companies
    :return: whether everybody was marked
    :rtype: bool
    """
    name = SQL.identifier(table)
    cr.execute(SQL("DROP TABLE IF EXISTS %s", name))
    cr.execute(SQL("CREATE TEMPORARY TABLE %s (id int) ON COMMIT DROP", name))
    cr.execute(
        SQL(
            """
            WITH taken AS (
                DELETE FROM sme_mark WHERE queue = %s AND %s RETURNING partner_id
            )
            INSERT INTO %s SELECT DISTINCT partner_id FROM taken
            """,
            queue,
            SQL("company_id = %s", company.id) if company else SQL("TRUE"),
            name,
        )
    )
    cr.execute(SQL("ANALYZE %s", name))
    cr.execute(SQL("SELECT EXISTS (SELECT FROM %s WHERE id = %s)", name, EVERYBODY))
    return cr.fetchone()[0]


def drop(cr, company, *queues):
    """Empty queues of a company, since everybody is looked at.

    :param company: record of ``res.company``
    """
    cr.execute(
        SQL(
            "DELETE FROM sme_mark WHERE company_id = %s AND queue = ANY(%s)",
            company.id,
            list(queues),
        )
    )


def mark_everybody(cr, company, *queues):
    """Put all customers of a company into queues.

    :param company: record of ``res.company``
    """
    drop(cr, company, *queues)
    cr.execute(
        SQL(
            "INSERT INTO sme_mark SELECT queue, %s, %s FROM unnest(%s::text[]) queue",
            *(company.id, EVERYBODY, list(queues)),
        )
    )


def pass_on(cr, company, table, *queues):
    """Put the customers of a temporary table into other queues.

    :param company: record of ``res.company``
    :param str table: its name
    """
    cr.execute(
        SQL(
            "INSERT INTO sme_mark SELECT queue, %s, id FROM %s "
            "CROSS JOIN unnest(%s::text[]) queue",
            company.id,
            SQL.identifier(table),
            list(queues),
        )
    )


def _watch_statements(cr, table, event):
    """Note the customers of all rows of a statement at once: bulk writes stay fast."""
    columns, customers = BY_STATEMENT[table]
    seen = EVENTS[event]
    name = f"sme_mark_{table}_{event.lower()}"
    rows = SQL(" UNION ALL ").join(
        SQL("SELECT %s FROM %s", _names(columns), SQL(each)) for each in seen
    )
    _create_function(
        cr,
        name,
        SQL(
            "INSERT INTO sme_mark (queue, company_id, partner_id) "
            "WITH seen AS (%s) SELECT %s, company_id, partner_id FROM (%s) customer;",
            *(rows, SUMS, SQL(customers)),
        ),
    )
    cr.execute(
        SQL(
            "CREATE TRIGGER %s AFTER %s ON %s REFERENCING %s "
            "FOR EACH STATEMENT EXECUTE FUNCTION %s()",
            SQL.identifier(name),
            SQL(event),
            SQL.identifier(table),
            SQL(" ".join(TABLES[each] for each in seen)),
            SQL.identifier(name),
        )
    )


def _watch_partners(cr):
    """Note a partner's change in every company, for those above and below him."""
    heads = SQL("ARRAY[OLD.id, OLD.commercial_partner_id, NEW.commercial_partner_id]")
    _create_function(
        cr,
        "sme_mark_partner",
        SQL(
            "INSERT INTO sme_mark (queue, company_id, partner_id) "
            "SELECT queue, c.id, head FROM res_company c "
            "CROSS JOIN (SELECT DISTINCT unnest(%s) AS head) h "
            "CROSS JOIN unnest(array_remove(ARRAY["
            "CASE WHEN %s THEN %s END, CASE WHEN %s THEN %s END], NULL)) queue "
            "WHERE head IS NOT NULL;",
            heads,
            *(_differ(OF_SUMS), SUMS),
            *(_differ(OF_STAGE), STAGE),
        ),
    )
    _watch_rows(cr, "sme_mark_partner", "res_partner", (*OF_SUMS, *OF_STAGE[1:]))


def _watch_values(cr):
    """Note whose classes changed, and rows that went to others or went away."""
    queues = SQL(
        "array_remove(ARRAY[%s, CASE WHEN %s THEN %s END, CASE WHEN %s THEN %s END, "
        "CASE WHEN %s THEN %s END], NULL)",
        SALES,
        *(_differ(("segment_id",)), ROWS),
        *(_differ(("fade_state",)), STAGE),
        *(_differ(("partner_id", "company_id")), SUMS),
    )
    _create_function(
        cr,
        "sme_mark_value",
        SQL(
            "INSERT INTO sme_mark (queue, company_id, partner_id) "
            "SELECT queue, row.company_id, row.partner_id FROM unnest(%s) queue "
            "CROSS JOIN (SELECT OLD.company_id, OLD.partner_id "
            "UNION SELECT NEW.company_id, NEW.partner_id) row "
            "WHERE row.partner_id IS NOT NULL;",
            queues,
        ),
    )
    _watch_rows(cr, "sme_mark_value", "sme_customer_value", OF_VALUE)


def _watch_all_sales(cr):
    """Note that goods, vendors or teams are others now, for the sales of all."""
    for (table, event), (columns, condition) in FOR_ALL_SALES.items():
        name = f"sme_mark_all_{table}"
        _create_function(
            cr,
            name,
            SQL(
                "IF %s THEN INSERT INTO sme_mark (queue, company_id, partner_id) "
                "SELECT %s, id, %s FROM res_company; END IF;",
                *(SQL(condition), SALES, EVERYBODY),
            ),
        )
        cr.execute(
            SQL(
                "CREATE TRIGGER %s AFTER %s ON %s FOR EACH ROW %s "
                "EXECUTE FUNCTION %s()",
                SQL.identifier(name),
                SQL(event),
                SQL.identifier(table),
                SQL("WHEN (%s)", _differ(columns)) if columns else SQL(),
                SQL.identifier(name),
            )
        )


def _watch_rows(cr, function, table, columns):
    for event, scope, condition in (
        ("update", SQL("UPDATE OF %s", _names(columns)), _differ(columns)),
        ("delete", SQL("DELETE"), SQL("TRUE")),
    ):
        cr.execute(
            SQL(
                "CREATE TRIGGER %s AFTER %s ON %s FOR EACH ROW "
                "WHEN (coalesce(current_setting(%s, TRUE), '') <> 'on' AND %s) "
                "EXECUTE FUNCTION %s()",
                SQL.identifier(f"{function}_{event}"),
                scope,
                SQL.identifier(table),
                SILENT,
                condition,
                SQL.identifier(function),
            )
        )


def _create_function(cr, name, statement):
    cr.execute(
        SQL(
            "CREATE FUNCTION %s() RETURNS trigger LANGUAGE plpgsql AS "
            "$sme$ BEGIN %s RETURN NULL; END $sme$",
            SQL.identifier(name),
            statement,
        )
    )


def _differ(columns):
    return SQL(
        "(%s) IS DISTINCT FROM (%s)",
        SQL(", ").join(SQL("OLD.%s", SQL.identifier(each)) for each in columns),
        SQL(", ").join(SQL("NEW.%s", SQL.identifier(each)) for each in columns),
    )


def _names(columns):
    return SQL(", ").join(SQL.identifier(each) for each in columns)
