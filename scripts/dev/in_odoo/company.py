"""Give the company the demo's currency; runs inside Odoo's shell, where ``env`` is.

Reads JSON from CRM_SME_COMPANY: ``{"name", "currency", "rates": [[day, code, units of
that currency for one of the company's], ...]}``. A second run changes nothing. Odoo
refuses another currency once the company has books.
"""

import json
import os

wanted = json.loads(os.environ["CRM_SME_COMPANY"])
company = env.ref("base.main_company")  # noqa: F821
currencies = env["res.currency"].with_context(active_test=False)  # noqa: F821
codes = {wanted["currency"], *(code for _day, code, _rate in wanted["rates"])}
found = {it.name: it for it in currencies.search([("name", "in", list(codes))])}
for currency in found.values():
    if not currency.active:
        currency.active = True
home = found[wanted["currency"]]
if company.currency_id != home:
    company.currency_id = home
if company.name != wanted["name"]:
    company.name = wanted["name"]
rates = env["res.currency.rate"]  # noqa: F821
known = {
    (str(rate.name), rate.currency_id.name)
    for rate in rates.search([("company_id", "=", company.id)])
}
rates.create(
    [
        {
            "currency_id": found[code].id,
            "company_id": company.id,
            "name": day,
            "rate": float(rate),
        }
        for day, code, rate in [["2020-01-01", wanted["currency"], 1], *wanted["rates"]]
        if (day, code) not in known
    ]
)
env.cr.commit()  # noqa: F821  pylint: disable=invalid-commit
print("COMPANY {}")
