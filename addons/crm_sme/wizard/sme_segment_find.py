from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..metrics.groups import INDICATORS

MOST_GROUPS = 12


class SmeSegmentFind(models.TransientModel):
    """Ask what customers are compared by, search for groups, show them."""

    _name = "sme.segment.find"
    _description = "Find Groups"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    recency = fields.Boolean(default=True, string="Days since the last order")
    frequency = fields.Boolean(default=True, string="Number of orders")
    monetary = fields.Boolean(default=True, string="Revenue")
    margin = fields.Boolean()
    order_size = fields.Boolean(string="Average order")
    gap = fields.Boolean(string="Days between orders")
    refund = fields.Boolean(string="Share paid back")
    trend = fields.Boolean(string="Change of the last 90 days")
    count_kind = fields.Selection(
        [("best", "As many as part best (2 to 8)"), ("fixed", "A fixed number")],
        string="How Many Groups",
        required=True,
        default="best",
    )
    group_count = fields.Integer(string="Number of Groups", default=4)
    seed = fields.Integer(
        string="Start Number",
        default=1,
        required=True,
        help="The same number gives the same groups of the same customers.",
    )
    replace_earlier = fields.Boolean(
        string="Archive groups found earlier",
        default=True,
        help="Their members leave them today; what was stays to be seen.",
    )

    @api.constrains("group_count", "count_kind", "seed")
    def _check_numbers(self):
        for wizard in self:
            if wizard.count_kind == "fixed" and not (
                2 <= wizard.group_count <= MOST_GROUPS
            ):
                raise ValidationError(
                    self.env._("Choose from 2 to %(most)s groups.", most=MOST_GROUPS)
                )
            if wizard.seed < 0:
                raise ValidationError(self.env._("Choose a start number from 0 on."))

    def action_find(self):
        """Search, keep the groups as segments and list them."""
        self.ensure_one()
        self.env["sme.segment"].check_access("create")
        chosen = [name for name in INDICATORS if self[name]]
        if len(chosen) < 2:
            raise UserError(
                self.env._(
                    "Tick two indicators or more: with one alone, RFM cells tell the "
                    "same."
                )
            )
        earlier = self.env["sme.segment"].search(
            [("mode", "=", "cluster"), ("company_id", "=", self.company_id.id)]
        )
        count = self.group_count if self.count_kind == "fixed" else 0
        grouping = self.env["sme.segment.grouping"]._find(
            self.company_id, chosen, count, self.seed
        )
        if self.replace_earlier:
            earlier.action_archive()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_sme.sme_segment_action"
        )
        return {
            **action,
            "name": self.env._("Groups That Were Found"),
            "domain": [("grouping_id", "=", grouping.id)],
            "target": "main",
        }
