"""Refresh all figures once; runs inside Odoo's shell, where ``env`` is."""

import json

rows = env["sme.customer.value"]._refresh()  # noqa: F821
env.cr.commit()  # noqa: F821
print("BENCH_REFRESH " + json.dumps({"rows": rows}))
