from odoo import api, fields, models

from .sme_customer_value import FADE_STATES
from .sme_loose_link import LooseMany2one

CUSTOMER_KINDS = [
    ("company", "Company"),
    ("consumer", "Consumer"),
    ("none", "No customer"),
]
PROMOTIONS = [
    ("none", "No promotion"),
    ("discount", "Discount"),
    ("coupon", "Coupon"),
    ("campaign", "Campaign"),
]
# Narrow tables of the same sums, fewest rows first; see docs/decisions/0011.
CUTS = (
    "sme.sales.class",
    "sme.sales.promotion",
    "sme.sales.goods",
    "sme.sales.region",
    "sme.sales.product",
)


class SmeSales(models.Model):
    """Sales by customer, month, product and what else they are looked at by.

    Kept in step with the orders by ``metrics/sales_rollup.py``. Groups are read from
    the first narrow table that knows all fields asked for; single rows from here.
    """

    _name = "sme.sales"
    _inherit = "sme.sales.measures"
    _description = "Sales Roll-up"
    _order = "month desc, id desc"
    _rec_name = "month"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        ondelete="set null",
        help="Empty for guests who left no address to know them by.",
    )
    user_id = LooseMany2one("res.users", string="Salesperson", readonly=True)
    team_id = LooseMany2one("crm.team", string="Sales Team", readonly=True)
    source_id = LooseMany2one("sme.source", string="Shop", readonly=True)
    channel = fields.Char(string="Sales Channel", readonly=True)
    campaign_id = LooseMany2one("utm.campaign", readonly=True)
    promotion = fields.Selection(
        PROMOTIONS,
        readonly=True,
        help="What moved the buyer: a coupon, else a campaign, else a lower price.",
    )
    product_tmpl_id = LooseMany2one("product.template", string="Product", readonly=True)
    categ_id = LooseMany2one(
        "product.category",
        string="Product Category",
        readonly=True,
        help="Empty for shipping, fees and discounts on whole orders.",
    )
    vendor_id = LooseMany2one(
        "res.partner",
        string="Main Vendor",
        readonly=True,
        help="The first vendor of the product.",
    )
    country_id = LooseMany2one("res.country", readonly=True)
    region_id = LooseMany2one("res.country.state", string="Region", readonly=True)
    tier_id = LooseMany2one("sme.value.tier", readonly=True)
    segment_id = LooseMany2one("sme.segment", readonly=True)
    fade_state = fields.Selection(FADE_STATES, string="Fading", readonly=True)
    customer_kind = fields.Selection(CUSTOMER_KINDS, readonly=True)

    _month_idx = models.Index("(month DESC, id DESC)")
    _customer_idx = models.Index("(partner_id, company_id)")

    def action_open_partner(self):
        """Open the customer with the page *Customer care* in front."""
        self.ensure_one()
        view = self.env.ref("crm_sme.sme_partner_view_form_care")
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(view.id, "form")],
        }

    # ------------------------------------------------------------- narrow tables
    @api.model
    def _read_group(  # noqa: PLR0917 - core's signature
        self,
        domain,
        groupby=(),
        aggregates=(),
        having=(),
        offset=0,
        limit=None,
        order=None,
    ):
        cut, allowed = self._cut_for(domain, [groupby], aggregates, having, order)
        if cut is None:
            rows = super()._read_group(
                domain, groupby, aggregates, having, offset, limit, order
            )
        else:
            rows = cut._read_group(
                allowed, groupby, aggregates, having, offset, limit, order
            )
        return self._as_user(rows)

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        cut, allowed = self._cut_for(domain, grouping_sets, aggregates, (), order)
        if cut is None:
            found = super()._read_grouping_sets(
                domain, grouping_sets, aggregates, order
            )
        else:
            found = cut._read_grouping_sets(allowed, grouping_sets, aggregates, order)
        return [self._as_user(rows) for rows in found]

    def _cut_for(self, domain, grouping_sets, aggregates, having, order):
        """Choose the narrowest table that can answer, and what the user may see of it.

        :return: model and domain; (None, None) if only the roll-up itself can
        """
        self.browse().check_access("read")
        allowed = fields.Domain(domain)
        if not self.env.su:
            allowed &= self.env["ir.rule"]._compute_domain(self._name, "read")
        names = {part.field_expr for part in allowed.iter_conditions()}
        names |= {spec for groupby in grouping_sets for spec in groupby}
        names |= {spec for spec in aggregates if spec != "__count"}
        names |= {part.field_expr for part in fields.Domain(having).iter_conditions()}
        names |= {part.split()[0] for part in (order or "").split(",") if part.strip()}
        names = {name.partition(":")[0].partition(".")[0] for name in names}
        names -= {"__count"}
        for name in CUTS:
            # As superuser: the user's rules on this model are in the domain already.
            cut = self.env[name].sudo()
            if names <= cut._fields.keys() - {"id"}:
                return cut, allowed
        return None, None

    def _as_user(self, rows):
        """Give records among the values the user's rights; deleted ones are empty."""
        records = {}
        for value in (value for row in rows for value in row):
            if isinstance(value, models.BaseModel):
                records.setdefault(value._name, set()).update(value.ids)
        known = {
            name: set(self.env[name].browse(ids).exists().ids)
            for name, ids in records.items()
        }

        def as_user(value):
            if not isinstance(value, models.BaseModel):
                return value
            if value.id not in known[value._name]:
                return self.env[value._name]
            return value.with_env(self.env)

        return [tuple(map(as_user, row)) for row in rows]
