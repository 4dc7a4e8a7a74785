from odoo import fields, models


class SmeBestSeller(models.Model):
    """What most customers of a tier, or of all, bought; found with the pairs."""

    _name = "sme.best.seller"
    _description = "Best Seller"
    _order = "tier_id, position, id"
    _rec_name = "product_id"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", readonly=True
    )
    tier_id = fields.Many2one(
        "sme.value.tier",
        ondelete="cascade",
        readonly=True,
        help="Empty: of all customers.",
    )
    product_id = fields.Many2one(
        "product.product", required=True, ondelete="cascade", readonly=True
    )
    categ_id = fields.Many2one(
        "product.category", string="Category", ondelete="cascade", readonly=True
    )
    customer_count = fields.Integer(
        string="Customers", readonly=True, help="Who bought it in the last 24 months."
    )
    position = fields.Integer(string="Rank", readonly=True, aggregator="min")

    _categ_idx = models.Index("(company_id, categ_id, position) WHERE tier_id IS NULL")
    _tier_idx = models.Index("(company_id, tier_id, position)")
