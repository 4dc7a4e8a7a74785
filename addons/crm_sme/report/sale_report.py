from odoo import fields, models

# Shop lines take ids beyond every id of core (positive) and point of sale (negative);
# JavaScript still holds them exactly.
LINE_IDS_FROM = 2**33
ORDER_IDS_FROM = 2**34


class SaleReport(models.Model):
    """Shop orders and their refunds beside Odoo's own orders, each counted once.

    A shop order that a quotation was made from is left out: the quotation counts.
    Columns are joined by position, so every module's own columns are filled, too.
    """

    _inherit = "sale.report"
    _depends = {
        "sme.order": [
            "name",
            "kind",
            "source_id",
            "channel",
            "company_id",
            "partner_id",
            "commercial_partner_id",
            "user_id",
            "date_order",
            "state",
            "counted",
            "gone_on",
            "country_id",
            "region_id",
            "zip",
            "currency_rate",
            "amount_untaxed",
            "amount_total",
            "revenue",
            "margin",
            "utm_source_id",
            "utm_medium_id",
            "utm_campaign_id",
            "sale_order_id",
        ],
        "sme.order.line": [
            "order_id",
            "line_type",
            "product_id",
            "categ_id",
            "quantity",
            "price_unit",
            "discount_amount",
            "price_subtotal",
            "price_total",
            "margin",
        ],
    }

    order_reference = fields.Reference(selection_add=[("sme.order", "Shop Order")])
    sme_source_id = fields.Many2one("sme.source", string="Shop", readonly=True)
    sme_kind = fields.Selection(
        [("order", "Order"), ("refund", "Refund")], string="Order Kind", readonly=True
    )
    sme_channel = fields.Char(string="Sales Channel", readonly=True)

    def _select_additional_fields(self):
        res = super()._select_additional_fields()
        res["sme_source_id"] = "NULL::integer"
        res["sme_kind"] = "'order'"
        res["sme_channel"] = "NULL::varchar"
        return res

    def _available_additional_sme_fields(self):
        """Additional fields of ``sale.report`` that shop orders can fill.

        :return: field name to SQL over ``o`` (order) and ``l`` (line)
        :rtype: dict[str, str]
        """
        return {
            "sme_source_id": "o.source_id",
            "sme_kind": "o.kind",
            "sme_channel": "o.channel",
            "margin": self._sme_amount("l.margin", "o.margin"),
        }

    def _fill_sme_fields(self, additional_fields):
        """Fill every module's additional columns, unknown ones with NULL.

        :param dict additional_fields: as of ``_select_additional_fields``
        :rtype: dict[str, str]
        """
        available = self._available_additional_sme_fields()
        return {name: available.get(name, "NULL") for name in additional_fields}

    def _sme_amount(self, of_line, of_order):
        """SQL of an amount in the currency of the user's company.

        An order in another currency was rounded as a whole when it came in; its lines
        are turned by the rate that this gave, so that they sum to it to the cent.

        :param str of_line: column of the line, in the order's currency
        :param str of_order: column of an order without lines, in the company's currency
        """
        rate = self._case_value_or_one("account_currency_table.rate")
        return f"""CASE WHEN l.id IS NULL THEN {of_order}
                ELSE coalesce({of_line}, 0) * {self._sme_factor()} END * {rate}"""

    def _sme_factor(self):
        """SQL of what one unit of the order's currency is worth in the company's."""
        rate = self._case_value_or_one("o.currency_rate")
        return f"""CASE WHEN o.amount_untaxed <> 0 AND o.currency_rate <> 1
                THEN o.revenue / o.amount_untaxed ELSE 1 / {rate} END"""

    def _select_sme(self):
        total = f"o.amount_total / {self._case_value_or_one('o.currency_rate')}"
        subtotal = self._sme_amount("l.price_subtotal", "o.revenue")
        quantity = "CASE WHEN l.line_type = 'product' THEN l.quantity ELSE 0 END"
        invoiced = f"CASE WHEN o.counted THEN {subtotal} ELSE 0 END"
        sent = "o.state IN ('shipped', 'completed', 'refunded')"
        columns = {
            "id": f"coalesce({LINE_IDS_FROM} + l.id, {ORDER_IDS_FROM} + o.id)",
            "product_id": "l.product_id",
            "line_invoice_status": "NULL",
            "product_uom_id": "t.uom_id",
            "product_uom_qty": quantity,
            "qty_delivered": f"CASE WHEN {sent} THEN {quantity} ELSE 0 END",
            "qty_to_deliver": f"CASE WHEN {sent} THEN 0 ELSE {quantity} END",
            "qty_invoiced": f"CASE WHEN o.counted THEN {quantity} ELSE 0 END",
            "qty_to_invoice": "0",
            "price_unit": self._sme_amount("l.price_unit", "0"),
            "price_total": self._sme_amount("l.price_total", total),
            "price_subtotal": subtotal,
            "untaxed_amount_to_invoice": "0",
            "untaxed_amount_invoiced": invoiced,
            "nbr": "1",
            "name": "o.name",
            "date": "o.date_order",
            "state": """CASE WHEN o.counted THEN 'sale'
                WHEN o.gone_on IS NULL AND o.state IN ('pending', 'unknown')
                THEN 'draft' ELSE 'cancel' END""",
            "invoice_status": "NULL",
            "partner_id": "o.partner_id",
            "user_id": "o.user_id",
            "company_id": "o.company_id",
            "campaign_id": "o.utm_campaign_id",
            "medium_id": "o.utm_medium_id",
            "source_id": "o.utm_source_id",
            "categ_id": "coalesce(l.categ_id, t.categ_id)",
            "pricelist_id": "NULL",
            "team_id": "NULL",
            "product_tmpl_id": "p.product_tmpl_id",
            "commercial_partner_id": "o.commercial_partner_id",
            "country_id": "coalesce(partner.country_id, o.country_id)",
            "industry_id": "partner.industry_id",
            "state_id": """CASE WHEN partner.country_id IS NULL THEN o.region_id
                ELSE partner.state_id END""",
            "partner_zip": "coalesce(partner.zip, o.zip)",
            "weight": f"p.weight * {quantity}",
            "volume": f"p.volume * {quantity}",
            "discount": "NULL",
            "discount_amount": self._sme_amount("l.discount_amount", "0"),
            "currency_id": str(self.env.company.currency_id.id),
            "order_reference": "concat('sme.order', ',', o.id)",
            **self._fill_sme_fields(self._select_additional_fields()),
        }
        return ", ".join(f"{value} AS {name}" for name, value in columns.items())

    def _from_sme(self):
        table = self.env["res.currency"]._get_simple_currency_table(self.env.companies)
        table = self.env.cr.mogrify(table).decode(self.env.cr.connection.encoding)
        return f"""
            sme_order o
            LEFT JOIN sme_order_line l ON l.order_id = o.id
            LEFT JOIN res_partner partner ON partner.id = o.partner_id
            LEFT JOIN product_product p ON p.id = l.product_id
            LEFT JOIN product_template t ON t.id = p.product_tmpl_id
            JOIN {table} ON account_currency_table.company_id = o.company_id
            """

    def _where_sme(self):
        return "o.sale_order_id IS NULL"

    def _query(self):
        return f"""{super()._query()} UNION ALL (
            SELECT {self._select_sme()}
            FROM {self._from_sme()}
            WHERE {self._where_sme()}
            )
        """  # noqa: S608 - nothing of the user's is in it
