from odoo import models


class ResPartner(models.Model):
    """Indexes of the keys by which a customer is found again; Odoo has none."""

    _inherit = "res.partner"

    _sme_email_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
    )
    _sme_phone_idx = models.Index("(phone_sanitized) WHERE phone_sanitized IS NOT NULL")
