"""1.47 million real lines: every report sums to the orders, to the cent."""

from __future__ import annotations

import contextlib
from decimal import Decimal
from pathlib import Path

import psycopg2
import pytest

from scripts.dev import complete_journey, odoo_shell
from scripts.dev.testbed import RunningOdoo

pytestmark = [pytest.mark.odoo, pytest.mark.live, pytest.mark.timeout(3600)]
LINES = 1_469_307
BASKETS = 155_848
STAGE = """CREATE UNLOGGED TABLE journey_line (
    household text, basket text, at timestamp, product text, quantity numeric,
    sales numeric(12, 2), discount numeric(12, 2), department text,
    number serial)"""
COPY = (
    "COPY journey_line (household, basket, at, product, quantity, sales, discount, "
    "department) FROM STDIN WITH (FORMAT csv, HEADER)"
)


@pytest.fixture(scope="module")
def journey(odoo: RunningOdoo) -> RunningOdoo:
    arguments = odoo.server.connection.arguments(odoo.database)
    with (
        contextlib.closing(psycopg2.connect(**arguments)) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(STAGE)
        with complete_journey.lines().open(encoding="utf-8") as lines:
            cursor.copy_expert(COPY, lines)
        cursor.execute("ANALYZE journey_line")
        cursor.execute(Path(__file__).with_name("journey.sql").read_text("utf-8"))
    odoo_shell.run(odoo.server.connection, odoo.database, "figures", None)
    return odoo


def money(odoo: RunningOdoo, statement: str) -> Decimal:
    return Decimal(odoo.sql(statement).strip())


def test_every_line_and_basket_came_in(journey: RunningOdoo) -> None:
    assert int(journey.sql("SELECT count(*) FROM sme_order_line")) == LINES
    assert int(journey.sql("SELECT count(*) FROM sme_order")) == BASKETS


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("sme_sales", "revenue"),
        ("sme_sales_class", "revenue"),
        ("sme_sales_promotion", "revenue"),
        ("sme_sales_goods", "revenue"),
        ("sme_sales_region", "revenue"),
        ("sme_sales_product", "revenue"),
        ("sme_customer_value", "revenue"),
    ],
)
def test_the_sum_is_that_of_the_lines(
    journey: RunningOdoo, table: str, column: str
) -> None:
    """Demand 11: growth of data spoils no figure."""
    wanted = money(journey, "SELECT sum(sales) FROM journey_line")
    assert money(journey, f"SELECT sum({column}) FROM {table}") == wanted


def test_orders_are_counted_once_in_the_roll_up(journey: RunningOdoo) -> None:
    counted = journey.sql("SELECT sum(order_count) FROM sme_sales")
    real = journey.sql("SELECT count(*) FROM sme_order WHERE revenue <> 0")
    assert int(real) <= int(counted) <= BASKETS


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("categ_id", "c.id"),
        ("partner_id", "o.partner_id"),
        ("month", "date_trunc('month', o.date_order)::date"),
    ],
    ids=["category", "customer", "month"],
)
def test_no_group_differs_by_a_cent(
    journey: RunningOdoo, ours: str, theirs: str
) -> None:
    zone = "o.date_order AT TIME ZONE 'UTC' AT TIME ZONE coalesce(z.tz, 'UTC')"
    key = theirs.replace("o.date_order", zone)
    differing = journey.sql(
        f"""
        SELECT count(*)
          FROM (SELECT {ours} AS key, sum(revenue) AS revenue
                  FROM sme_sales GROUP BY 1) report
          FULL JOIN (
               SELECT {key} AS key, sum(l.price_subtotal) AS revenue
                 FROM sme_order_line l
                 JOIN sme_order o ON o.id = l.order_id
                 JOIN product_category c ON c.id = l.categ_id
                 JOIN res_company company ON company.id = o.company_id
                 JOIN res_partner z ON z.id = company.partner_id
                GROUP BY 1
          ) truth USING (key)
         WHERE coalesce(report.revenue, 0) <> coalesce(truth.revenue, 0)
        """
    )
    assert int(differing) == 0
