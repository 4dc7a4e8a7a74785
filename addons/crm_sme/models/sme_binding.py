from odoo import fields, models


class SmeBinding(models.Model):
    """Ties a platform's customer or product to the record in Odoo.

    Orders, shipments and interactions carry their own external id instead.
    """

    _name = "sme.binding"
    _description = "Link to a Record of a Data Source"
    _order = "id"
    _rec_name = "external_id"

    source_id = fields.Many2one("sme.source", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="source_id.company_id", store=True)
    kind = fields.Selection(
        [("customer", "Customer"), ("guest", "Guest"), ("product", "Product")],
        required=True,
    )
    external_id = fields.Char(required=True)
    partner_id = fields.Many2one("res.partner", ondelete="cascade", index=True)
    product_id = fields.Many2one("product.product", ondelete="cascade", index=True)
    version = fields.Char()
    payload_hash = fields.Char()
    written = fields.Json(
        help="Field by field what the agent wrote last; a field that holds something "
        "else by now was changed by a person and is left alone.",
    )
    created_partner = fields.Boolean(
        help="The agent made the record; otherwise it was found here."
    )
    consent = fields.Selection(
        [("yes", "Given"), ("no", "Refused")],
        string="Marketing Consent",
        help="What the customer told the shop.",
    )
    customer_since = fields.Datetime(help="When the account was opened in the shop.")
    gone_on = fields.Datetime(help="Since when the platform no longer has it.")

    _key_unique = models.Constraint(
        "UNIQUE(source_id, kind, external_id)",
        "A record of a source is linked once.",
    )
