from odoo import api, fields, models
from odoo.exceptions import ValidationError

STAFF = "base.group_user"
GRADES = [("low", "Low"), ("middle", "Middle"), ("high", "High")]


class ProductTemplate(models.Model):
    """Whom a product suits and when it is bought again."""

    _inherit = "product.template"

    sme_value_grade = fields.Selection(
        GRADES,
        string="Suits Customers",
        groups=STAFF,
        help="The grade of customers, by tier and price band, that this is made for.",
    )
    sme_care_cycle_days = fields.Integer(
        string="Usually Bought Again (days)",
        groups=STAFF,
        help="Days after which a customer usually needs it again; 0 if he does not.",
    )
    sme_affinity_count = fields.Integer(
        string="Bought with It", compute="_compute_sme_affinity_count", groups=STAFF
    )

    @api.constrains("sme_care_cycle_days")
    def _check_sme_care_cycle_days(self):
        if any(template.sme_care_cycle_days < 0 for template in self):
            raise ValidationError(
                self.env._(
                    "The days until it is bought again cannot be negative: 0 means "
                    "that it is not bought again."
                )
            )

    def _compute_sme_affinity_count(self):
        pairs = self.env["sme.affinity"]
        counts = {}
        if pairs.has_access("read"):
            counts = dict(
                pairs._read_group(
                    self._sme_affinity_domain(), ["product_id"], ["__count"]
                )
            )
        for template in self:
            template.sme_affinity_count = sum(
                counts.get(product, 0) for product in template.product_variant_ids
            )

    def _sme_affinity_domain(self):
        return [
            ("product_id", "in", self.product_variant_ids.ids),
            ("level", "=", "product"),
            ("company_id", "=", self.env.company.id),
        ]

    def action_view_sme_affinity(self):
        """Open what is bought together with the product."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "crm_sme.sme_affinity_action"
        )
        return action | {"domain": self._sme_affinity_domain(), "context": {}}
