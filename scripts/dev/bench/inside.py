"""What is possible inside Odoo without RPC; runs in Odoo's shell, where ``env`` is.

Reads ``{"job", "first", "count", "batch"}`` as JSON from CRM_SME_BENCH and prints
``BENCH {"seconds", "cpu_s"}``, the CPU time without the database's.
"""

import json
import os
import sys
import time

sys.path.append(os.environ["CRM_SME_REPOSITORY"])

from scripts.dev.bench import sample

env = env  # noqa: F821, PLW0127
QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
}


def known_ids():
    """Give the ids that orders refer to; products and customers are there."""
    source = env["sme.source"].search([("code", "=", sample.SOURCE)])
    bindings = env["sme.binding"].search([("source_id", "=", source.id)])
    products = {
        int(it.external_id): it.product_id.id
        for it in bindings
        if it.kind == "product" and it.external_id.isdigit()
    }
    partners = [it.partner_id.id for it in bindings if it.kind == "customer"][:500]
    return {
        "source": source.id,
        "company": env.company.id,
        "currency": env.company.currency_id.id,
        "products": [products[number] for number in range(sample.PRODUCTS)],
        "partners": partners,
    }


def customers(numbers):
    """Create partners in bulk, as fast as the ORM can."""
    countries = {it.code: it.id for it in env["res.country"].search([])}
    rows = [sample.partner(number, countries) for number in numbers]
    env["res.partner"].with_context(**QUIET).create(rows)
    env.flush_all()


def orders(numbers):
    """Create shop orders with two lines in bulk through the ORM."""
    ids = known_ids()
    env["sme.order"].with_context(**QUIET).create(
        [sample.order_values(number, ids) for number in numbers]
    )
    env.flush_all()


def sale_orders(numbers):
    """Create and confirm sale orders with two lines, one by one."""
    ids = known_ids()
    for number in numbers:
        sale = (
            env["sale.order"]
            .with_context(**QUIET)
            .create(sample.quotation(number, ids))
        )
        sale.action_confirm()
        env.flush_all()
        env.cr.commit()


JOBS = {"customers": customers, "orders": orders, "sale_orders": sale_orders}


def main():
    """Do the job and tell how long it took."""
    wanted = json.loads(os.environ["CRM_SME_BENCH"])
    job = JOBS[wanted["job"]]
    first, count, batch = wanted["first"], wanted["count"], wanted["batch"]
    job(range(first - 20, first))  # loads models, views of taxes, caches
    env.cr.commit()
    started, cpu = time.perf_counter(), time.process_time()
    for start in range(first, first + count, batch):
        job(range(start, min(start + batch, first + count)))
        env.cr.commit()
    spent = {
        "seconds": time.perf_counter() - started,
        "cpu_s": time.process_time() - cpu,
    }
    print("BENCH " + json.dumps(spent))


main()
