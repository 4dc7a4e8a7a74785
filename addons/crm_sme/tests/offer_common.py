"""Goods and the orders of them, for the tests of what to offer."""

from odoo import Command
from odoo.tests import new_test_user

from ..metrics import affinity
from .metrics_common import MetricsCase


class OfferCase(MetricsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tea, cls.cups = cls.env["product.category"].create(
            [{"name": "Tea"}, {"name": "Cups"}]
        )
        cls.green = cls._make_product("Green tea", cls.tea)
        cls.black = cls._make_product("Black tea", cls.tea)
        cls.mug = cls._make_product("Mug", cls.cups)
        cls.glass = cls._make_product("Glass", cls.cups)

    @classmethod
    def _make_product(cls, name, category=None, **over):
        return cls.env["product.product"].create(
            {
                "name": name,
                "categ_id": (category or cls.tea).id,
                "list_price": 20,
                "standard_price": 5,
                "company_id": False,
                **over,
            }
        )

    @classmethod
    def _make_user(cls, login, group="user", **over):
        return new_test_user(
            cls.env,
            login,
            f"crm_sme.crm_sme_group_{group}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            lang="en_US",
            **over,
        )

    @classmethod
    def _buy(cls, partner, at, *products, **over):
        """Make an order of products, 10 each."""
        order = cls._make_order(partner, at, 10 * len(products), **over)
        order.line_ids = [
            Command.create(
                {
                    "name": product.name,
                    "product_id": product.id,
                    "quantity": 1,
                    "price_subtotal": 10,
                }
            )
            for product in products
        ]
        return order

    @classmethod
    def _buy_together(cls, times, *products, apart=(), at=200):
        """Let so many customers buy some products, and as many each of others."""
        for number in range(times):
            cls._buy(cls._make_partner(f"T{number}"), at, *products)
            for product in apart:
                cls._buy(cls._make_partner(f"A{number}"), at, product)

    @classmethod
    def _find_pairs(cls, company=None, caps=None):
        return affinity.refresh(cls.env, company or cls.company, caps)
