"""Narrow tables of the roll-up of the sales, one for each way to look at them.

A push adds rows of what changed; the nightly job sums them up again. So there may be
several rows of one cell and only sums mean something: nobody but ``sme.sales`` reads
them. The fields are described there.
"""

from odoo import fields, models
from odoo.tools import SQL

from .sme_customer_value import FADE_STATES
from .sme_loose_link import LooseMany2one
from .sme_sales_rollup import CUSTOMER_KINDS, PROMOTIONS


class SmeSalesCut(models.AbstractModel):
    """What all narrow tables have."""

    _name = "sme.sales.cut"
    _inherit = "sme.sales.measures"
    _description = "Cut of the Sales Roll-up"
    _log_access = False

    user_id = LooseMany2one("res.users", string="Salesperson")
    team_id = LooseMany2one("crm.team", string="Sales Team")
    cell_count = fields.Integer(help="Rows of the roll-up that are summed up here.")

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "__count":
            return SQL(
                "coalesce(%s, 0)", super()._read_group_select("cell_count:sum", query)
            )
        return super()._read_group_select(aggregate_spec, query)


class SmeSalesClass(models.Model):
    """By class of customer."""

    _name = "sme.sales.class"
    _inherit = "sme.sales.cut"
    _description = "Sales by Customer Class"
    _log_access = False

    tier_id = LooseMany2one("sme.value.tier")
    segment_id = LooseMany2one("sme.segment")
    fade_state = fields.Selection(FADE_STATES, string="Fading")
    customer_kind = fields.Selection(CUSTOMER_KINDS)


class SmeSalesPromotion(models.Model):
    """By channel and what moved the buyer."""

    _name = "sme.sales.promotion"
    _inherit = "sme.sales.cut"
    _description = "Sales by Promotion"
    _log_access = False

    source_id = LooseMany2one("sme.source", string="Shop")
    channel = fields.Char(string="Sales Channel")
    campaign_id = LooseMany2one("utm.campaign")
    promotion = fields.Selection(PROMOTIONS)
    tier_id = LooseMany2one("sme.value.tier")
    customer_kind = fields.Selection(CUSTOMER_KINDS)


class SmeSalesGoods(models.Model):
    """By category and vendor of the goods."""

    _name = "sme.sales.goods"
    _inherit = "sme.sales.cut"
    _description = "Sales by Category"
    _log_access = False

    categ_id = LooseMany2one("product.category", string="Product Category")
    vendor_id = LooseMany2one(
        "res.partner",
        string="Main Vendor",
    )
    promotion = fields.Selection(PROMOTIONS)
    tier_id = LooseMany2one("sme.value.tier")
    customer_kind = fields.Selection(CUSTOMER_KINDS)


class SmeSalesRegion(models.Model):
    """By place."""

    _name = "sme.sales.region"
    _inherit = "sme.sales.cut"
    _description = "Sales by Region"
    _log_access = False

    country_id = LooseMany2one("res.country")
    region_id = LooseMany2one("res.country.state", string="Region")
    categ_id = LooseMany2one("product.category", string="Product Category")
    tier_id = LooseMany2one("sme.value.tier")


class SmeSalesProduct(models.Model):
    """By product."""

    _name = "sme.sales.product"
    _inherit = "sme.sales.cut"
    _description = "Sales by Product"
    _log_access = False

    product_tmpl_id = LooseMany2one("product.template", string="Product")
    categ_id = LooseMany2one("product.category", string="Product Category")
    vendor_id = LooseMany2one(
        "res.partner",
        string="Main Vendor",
    )
