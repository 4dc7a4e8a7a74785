"""Give the company the demo's currency; runs inside Odoo's shell, where ``env`` is.

Reads JSON from CRM_SME_COMPANY: ``{"name", "currency", "tz", "rates": {code: units of
the company's currency for one}}``. A second run changes nothing. A company that has
books already keeps its currency: Odoo refuses the change then.
"""

import datetime
import json
import os

wanted = json.loads(os.environ["CRM_SME_COMPANY"])
company = env.ref("base.main_company")  # noqa: F821
currencies = env["res.currency"].with_context(active_test=False)  # noqa: F821
codes = [wanted["currency"], *wanted["rates"]]
found = {it.name: it for it in currencies.search([("name", "in", codes)])}
for currency in found.values():
    if not currency.active:
        currency.active = True
home = found[wanted["currency"]]
if company.currency_id != home:
    company.currency_id = home
if company.name != wanted["name"]:
    company.name = wanted["name"]
rates = env["res.currency.rate"]  # noqa: F821
start = datetime.date(2020, 1, 1)
for code, value in {wanted["currency"]: 1.0, **wanted["rates"]}.items():
    known = rates.search(
        [
            ("currency_id", "=", found[code].id),
            ("company_id", "=", company.id),
            ("name", "=", start),
        ]
    )
    if not known:
        rates.create(
            {
                "currency_id": found[code].id,
                "company_id": company.id,
                "name": start,
                "rate": 1.0 / value,
            }
        )
env.cr.commit()  # noqa: F821  pylint: disable=invalid-commit
print("COMPANY {}")
