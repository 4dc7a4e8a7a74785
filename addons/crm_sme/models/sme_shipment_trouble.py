from odoo import models


class SmeShipmentTrouble(models.Model):
    """Few parcels are in trouble; to find them must not mean to read all."""

    _inherit = "sme.shipment"

    _trouble_idx = models.Index(
        "(company_id, shipped_on) WHERE gone_on IS NULL AND state IN "
        "('delivery_failed', 'exception', 'returning', 'returned', 'expired')"
    )
