from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .loyalty_kinds import LOYALTY_KINDS
from .res_partner import STAFF

MOVING = {"sme_sole_supply", "sme_relation", "sme_loyalty_manual"}


class ResPartnerWorth(models.Model):
    """What people know of a customer's loyalty and of who recommended us to him."""

    _inherit = "res.partner"

    sme_referrer_id = fields.Many2one(
        "res.partner",
        string="Referred By",
        groups=STAFF,
        index="btree_not_null",
        ondelete="set null",
        help="The customer whose recommendation brought this one. A part of what this "
        "customer brings counts for the other one's influence.",
    )
    sme_referral_ids = fields.One2many(
        "res.partner", "sme_referrer_id", string="Customers Referred", groups=STAFF
    )
    sme_sole_supply = fields.Boolean(
        string="Can Only Buy from Us",
        groups=STAFF,
        help="Nobody else sells what this customer needs, or a contract binds him: his "
        "loyalty is one of monopoly.",
    )
    sme_relation = fields.Boolean(
        string="Personally Related",
        groups=STAFF,
        help="Family, friend or former colleague: his loyalty is one of kinship.",
    )
    sme_loyalty_manual = fields.Selection(
        LOYALTY_KINDS,
        string="Loyalty Set by Hand",
        groups=STAFF,
        help="Wins over what the figures say; empty it to go by the figures again.",
    )
    sme_delivered_score_ids = fields.One2many(
        "sme.delivered.score", "partner_id", string="Delivered Values", groups=STAFF
    )
    sme_tier_id = fields.Many2one(related="sme_value_id.tier_id", groups=STAFF)
    sme_total_value = fields.Monetary(
        related="sme_value_id.total_value",
        currency_field="sme_currency_id",
        groups=STAFF,
    )
    sme_loyalty_kind = fields.Selection(
        related="sme_value_id.loyalty_kind", groups=STAFF
    )

    @api.constrains("sme_referrer_id")
    def _check_sme_referrer_id(self):
        for partner in self:
            family = partner.sme_referrer_id.commercial_partner_id
            if family and family == partner.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(name)s cannot be referred by himself or his own company. "
                        "Choose who recommended you to him, or leave the field empty.",
                        name=partner.display_name,
                    )
                )

    @api.model
    def _synced_commercial_fields(self):
        return [
            *super()._synced_commercial_fields(),
            "sme_sole_supply",
            "sme_relation",
            "sme_loyalty_manual",
        ]

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners._sme_touch_referrers()
        return partners

    def write(self, vals):
        """Queue who is worth something else now: the customer, or who referred him."""
        if "sme_referrer_id" in vals:
            self._sme_touch_referrers()
        result = super().write(vals)
        if "sme_referrer_id" in vals:
            self._sme_touch_referrers()
        if MOVING & vals.keys():
            self.env["sme.customer.value"]._touch(self)
        return result

    def _sme_touch_referrers(self):
        # As root: portal and public forms may make partners, too.
        referrers = self.sudo().sme_referrer_id
        if referrers:
            self.env["sme.customer.value"]._touch(referrers.sudo(self.env.su))

    def action_view_sme_delivered_scores(self):
        """Open the scores of the customer and his contacts, ready for a new one."""
        return self._sme_window(
            "sme.delivered.score", self.env._("Delivered Value"), "list,form"
        ) | {"context": {"default_partner_id": self.id}}

    def action_view_sme_referrals(self):
        """Open the customers whom this one brought."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customers Referred"),
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": [
                ("sme_referrer_id", "child_of", self.commercial_partner_id.ids),
                *("|", ("parent_id", "=", False), ("is_company", "=", True)),
            ],
            "context": {"default_sme_referrer_id": self.id},
        }
