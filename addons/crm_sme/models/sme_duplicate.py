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

    def action_merge(self):
        """Open Odoo's merge dialog on the two partners."""
        self.ensure_one()
        pair = self.partner_id | self.other_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge Contacts"),
            "res_model": "base.partner.merge.automatic.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"active_model": "res.partner", "active_ids": pair.ids},
        }

    def action_dismiss(self):
        """Say that the two are not the same; they are not proposed again."""
        self.write({"state": "dismissed"})
