"""The two ways to Odoo, of which the configuration names one."""

from __future__ import annotations

from sync_agent.config import OdooSettings
from sync_agent.odoo.door import Caller
from sync_agent.redact import Redactor


def make_caller(odoo: OdooSettings, redactor: Redactor) -> Caller:
    """Return the way of calling Odoo that the configuration names."""
    secret = odoo.api_key or odoo.password
    value = secret.get_secret_value() if secret else ""
    if odoo.transport == "odoorpc":
        from sync_agent.odoo.legacy import LegacyCaller  # noqa: PLC0415

        return LegacyCaller(
            odoo.url,
            odoo.database,
            odoo.login,
            value,
            redactor=redactor,
            timeout_s=odoo.timeout_s,
        )
    from sync_agent.odoo.json2 import Json2Caller  # noqa: PLC0415

    return Json2Caller(
        odoo.url,
        value,
        odoo.database,
        redactor=redactor,
        timeout_s=odoo.timeout_s,
        verify=odoo.verify,
    )
