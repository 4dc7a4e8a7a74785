from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..metrics import affinity, touched
from ..metrics.refresh import active_companies


class SmeAffinity(models.Model):
    """Who bought the one also bought the other; written by SQL, once a month.

    Each pair has two rows, one a direction: the confidences differ.
    """

    _name = "sme.affinity"
    _description = "Bought Together"
    _order = "g2 desc, id"
    _rec_name = "product_id"

    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", readonly=True
    )
    level = fields.Selection(
        [("product", "Products"), ("category", "Categories")],
        required=True,
        readonly=True,
    )
    scope = fields.Selection(
        [("basket", "In one order"), ("customer", "By one customer")],
        string="Together",
        required=True,
        readonly=True,
    )
    item = fields.Integer(string="Item Number", readonly=True)
    other = fields.Integer(string="Other Item Number", readonly=True)
    product_id = fields.Many2one(
        "product.product", string="Who Bought", ondelete="cascade", readonly=True
    )
    other_product_id = fields.Many2one(
        "product.product", string="Also Bought", ondelete="cascade", readonly=True
    )
    categ_id = fields.Many2one(
        "product.category", string="Category", ondelete="cascade", readonly=True
    )
    other_categ_id = fields.Many2one(
        "product.category", string="Other Category", ondelete="cascade", readonly=True
    )
    joint_count = fields.Integer(
        string="Both",
        readonly=True,
        aggregator="max",
        help="Orders, or customers, with both.",
    )
    item_count = fields.Integer(
        string="The First", readonly=True, aggregator="max", help="All with the first."
    )
    other_count = fields.Integer(
        string="The Other", readonly=True, aggregator="max", help="All with the other."
    )
    total_count = fields.Integer(
        string="Looked At", readonly=True, aggregator="max", help="All that there are."
    )
    support = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 6),
        help="Part of all (0 to 1) that has both.",
    )
    confidence = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 4),
        help="Part of those with the first (0 to 1) that has the other, too.",
    )
    lift = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="How many times as often as chance would have it.",
    )
    g2 = fields.Float(
        string="Evidence (G²)",
        readonly=True,
        aggregator="max",
        digits=(16, 2),
        help="Log-likelihood ratio; 10.83 and more happens by chance once in a "
        "thousand times. Pairs below are left out.",
    )
    month = fields.Date(readonly=True, help="When the pairs were found.")

    _pair_unique = models.Constraint(
        "UNIQUE(company_id, level, scope, item, other)", "A pair is kept once."
    )
    _categ_idx = models.Index("(company_id, categ_id) WHERE level = 'category'")
    _other_idx = models.Index("(company_id, other) WHERE level = 'product'")

    @api.depends("product_id", "other_product_id", "categ_id", "other_categ_id")
    def _compute_display_name(self):
        for pair in self:
            first = pair.product_id or pair.categ_id
            other = pair.other_product_id or pair.other_categ_id
            pair.display_name = f"{first.display_name} → {other.display_name}"

    @api.model
    def action_refresh(self):
        """Find the pairs of the present company now.

        :raises AccessError: the user is no officer
        """
        if not self.env.user.has_group("crm_sme.crm_sme_group_officer"):
            raise AccessError(
                self.env._(
                    "Only officers of Customer care look for pairs anew. Ask one, or "
                    "wait for the monthly job."
                )
            )
        # As root: the figures are written by nobody but the machine.
        affinity.refresh(self.sudo().env, self.env.company)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _cron_refresh(self):
        """Find the pairs of all companies, each in a transaction of its own."""
        companies = active_companies(self.env)
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            touched.persist(
                self.env, lambda company=company: affinity.refresh(self.env, company)
            )
            cron._commit_progress(1)
