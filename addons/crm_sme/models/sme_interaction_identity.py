from odoo import models


class SmeInteraction(models.Model):
    """Finds what waits for a customer whose account has not come yet."""

    _inherit = "sme.interaction"

    _customer_idx = models.Index(
        "(source_id, customer_external_id) WHERE customer_external_id IS NOT NULL"
    )
    _shipment_idx = models.Index("(shipment_id) WHERE shipment_id IS NOT NULL")
