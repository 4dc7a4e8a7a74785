"""Make categories and products for the seeded orders; runs inside Odoo's shell.

Reads JSON from CRM_SME_BENCH_GOODS: ``{"categories", "products"}`` (how many of each).
"""

import json
import os

wanted = json.loads(os.environ["CRM_SME_BENCH_GOODS"])
categories = env["product.category"].create(  # noqa: F821
    [{"name": f"Category {number}"} for number in range(wanted["categories"])]
)
env["product.product"].create(  # noqa: F821
    [
        {
            "name": f"Product {number}",
            "default_code": f"BENCH-{number}",
            "categ_id": categories[number % len(categories)].id,
            "list_price": 10 + number,
            "standard_price": 7 + 0.7 * number,
        }
        for number in range(wanted["products"])
    ]
)
env.cr.commit()  # noqa: F821
print("BENCH_GOODS " + json.dumps({"products": wanted["products"]}))
