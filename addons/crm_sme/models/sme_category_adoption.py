from odoo import fields, models


class SmeCategoryAdoption(models.Model):
    """How many customers who spend alike buy a category, and what it earns.

    Written by the nightly refresh: what cross-selling could bring is summed from it.
    """

    _name = "sme.category.adoption"
    _description = "Category Adoption"
    _order = "company_id, spend_class, worth desc, id"
    _rec_name = "categ_id"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    spend_class = fields.Integer(
        required=True,
        aggregator=None,
        help="Monetary class of RFM, 1 to 5; 0 stands for all customers.",
    )
    categ_id = fields.Many2one("product.category", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    customer_count = fields.Integer(
        string="Customers", help="Customers of the class with orders in 12 months."
    )
    buyer_count = fields.Integer(
        string="Buyers", help="Those of them who bought the category."
    )
    margin = fields.Monetary(
        string="Margin a Buyer", help="Mean 12-month margin of a buyer, of all classes."
    )
    worth = fields.Float(
        digits=(16, 4),
        help="Part of buyers times margin a buyer: what the category would bring from "
        "a customer of the class who does not buy it yet, before damping.",
    )

    _category_unique = models.Constraint(
        "UNIQUE(company_id, spend_class, categ_id)",
        "A class has one figure a category.",
    )
