from odoo import fields, models


class SmeDuplicate(models.Model):
    """Two partners that may be the same; a person decides, nothing is merged alone."""

    _name = "sme.duplicate"
    _description = "Possible Duplicate"
    _order = "id desc"
    _rec_name = "partner_id"

    partner_id = fields.Many2one(
        "res.partner", required=True, ondelete="cascade", index=True
    )
    other_id = fields.Many2one(
        "res.partner", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one("res.company")
    source_id = fields.Many2one("sme.source", ondelete="set null")
    reason = fields.Selection(
        [
            ("email_many", "Several customers have this e-mail"),
            ("phone_many", "Several customers have this phone"),
            ("phone_name", "Same phone, other name"),
        ],
        required=True,
    )
    state = fields.Selection(
        [("open", "Open"), ("dismissed", "Not the same")],
        default="open",
        required=True,
    )
