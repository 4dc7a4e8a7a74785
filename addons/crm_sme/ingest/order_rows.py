"""An order's record as rows: the order, its refunds, lines and interactions."""

from decimal import ROUND_HALF_EVEN, Decimal

from ..models.sme_order import COUNTED_STATES
from ..tools.sums import ZERO, adjustment
from .context import ONE, naive

ORDER_COLUMNS = (
    "name", "kind", "external_id", "version", "payload_hash", "origin_id", "partner_id",
    "commercial_partner_id", "customer_external_id", "is_guest", "buyer_name",
    "buyer_email", "buyer_phone", "user_id", "date_order", "state", "state_raw",
    "counted", "gone_on", "channel", "country_id", "region_id", "city", "zip",
    "shipping_address", "currency_id", "currency_rate", "amount_untaxed", "amount_tax",
    "amount_total", "amount_discount", "amount_shipping", "amount_refunded", "revenue",
    "margin", "paid_on", "payment_method", "coupon_codes", "note", "utm_source_id",
    "utm_medium_id", "utm_campaign_id",
)  # fmt: skip
LINE_COLUMNS = (
    "order_id", "sequence", "external_id", "line_type", "name", "sku", "product_id",
    "product_external_id", "categ_id", "quantity", "price_unit", "discount_amount",
    "price_subtotal", "price_tax", "price_total", "cost", "margin",
)  # fmt: skip
INTERACTION_COLUMNS = (
    "kind", "external_id", "partner_id", "order_id", "date", "direction", "channel",
    "amount", "currency_id", "summary", "body_text", "gone_on",
)  # fmt: skip


class OrderRows:
    """Collects the rows of a batch; ids of new orders are filled in by the caller.

    :ivar list orders, refunds, lines, interactions: rows; ``order_id`` of lines and
        interactions and ``origin`` of refunds still hold external ids
    :ivar list paid: external ids of the orders that are paid
    """

    def __init__(self, ctx, goods, owners):
        self.ctx = ctx
        self.goods = goods
        self.owners = owners
        self.orders, self.refunds, self.lines, self.interactions = [], [], [], []
        self.paid = []
        self._rate = ONE
        self._code = ""
        self._unit = Decimal(1).scaleb(-ctx.digits(ctx.company.currency_id.name))

    def add(self, item, partner):
        """Add all rows of one order.

        :param item: checked item of :mod:`.batch`
        :param partner: id of the customer, or None
        """
        record = item.record
        currency = self.ctx.currency(record["currency"])
        day = record["ordered_at"].date()
        self._rate = rate = self.ctx.rate(currency, day)
        self._code = record["currency"]
        commercial, user = self.owners.get(partner, (None, None))
        shared = {
            "currency_id": currency,
            "currency_rate": rate,
            "partner_id": partner,
            "commercial_partner_id": commercial,
            "user_id": user,
            "counted": record["state"] in COUNTED_STATES,
            "channel": record["channel"],
            **self._buyer(record["customer"]),
            **self._place(record["shipping"] or record["billing"]),
            **self._utm(record["utm"]),
        }
        row = self._order_row(item, shared)
        self.orders.append(row)
        self._interactions(item, row)
        for refund in record["refunds"]:
            self._refund(item, refund, row, shared)

    # ---------------------------------------------------------------- the order
    def _order_row(self, item, shared):
        record = item.record
        lines = [
            *(self._goods_row(item.external_id, ln, 1) for ln in record["lines"]),
            *(self._charge_row(item.external_id, c, 1) for c in record["charges"]),
        ]
        self._number(lines)
        discount = sum((ln["discount"] or ZERO for ln in record["lines"]), ZERO)
        shipping = ZERO
        for charge in record["charges"]:
            if charge["kind"] == "discount":
                discount -= charge["net"]
            elif charge["kind"] == "shipping":
                shipping += charge["net"]
        return {
            **shared,
            **self._money(lines, shared["currency_rate"]),
            "name": record["number"],
            "kind": "order",
            "external_id": item.external_id,
            "version": item.version,
            "payload_hash": item.hash,
            "date_order": naive(record["ordered_at"]),
            "state": record["state"],
            "state_raw": record["state_raw"],
            "amount_discount": discount,
            "amount_shipping": shipping,
            "amount_refunded": sum((r["total"] for r in record["refunds"]), ZERO),
            "paid_on": naive(record["paid_at"]),
            "payment_method": record["payment_method"],
            "coupon_codes": ", ".join(record["coupons"]) or None,
            "note": record["note"],
        }

    def _money(self, lines, rate):
        """Sum lines up; the company's money is rounded once, here."""
        net = sum((line["price_subtotal"] for line in lines), ZERO)
        tax = sum((line["price_tax"] for line in lines), ZERO)
        margin = None
        if any(line["cost"] is not None for line in lines):
            margin = sum(
                (line["margin"] for line in lines if line["margin"] is not None), ZERO
            )
        return {
            "amount_untaxed": net,
            "amount_tax": tax,
            "amount_total": net + tax,
            "revenue": self._own_money(net, rate),
            "margin": None if margin is None else self._own_money(margin, rate),
        }

    def _own_money(self, amount, rate):
        return (amount / rate).quantize(self._unit, rounding=ROUND_HALF_EVEN)

    # ---------------------------------------------------------------- the lines
    def _number(self, lines):
        for position, line in enumerate(lines):
            line["sequence"] = position
        self.lines += lines

    def _goods_row(self, order, line, sign):
        product = self.goods.product(line)
        piece = self.goods.cost(product)
        quantity = line["quantity"] * sign
        net = line["net"] * sign
        cost = None if piece is None else piece * self._rate * quantity
        return {
            "order_id": order,
            "external_id": line.get("external_id")
            or line.get("order_line_external_id"),
            "line_type": "product",
            "name": line["name"] or line["sku"] or "",
            "sku": line["sku"],
            "product_id": product,
            "product_external_id": line["product_external_id"],
            "categ_id": self.goods.category(product, line),
            "quantity": quantity,
            "price_unit": line.get("unit_price"),
            "discount_amount": line.get("discount"),
            "price_subtotal": net,
            "price_tax": line["tax"] * sign,
            "price_total": line["total"] * sign,
            "cost": cost,
            "margin": None if cost is None else net - cost,
        }

    @staticmethod
    def _charge_row(order, charge, sign):
        net = charge["net"] * sign
        return {
            "order_id": order,
            "line_type": charge["kind"],
            "name": charge["name"],
            "quantity": sign,
            "price_subtotal": net,
            "price_tax": charge["tax"] * sign,
            "price_total": charge["total"] * sign,
            "cost": None,
            "margin": net,
        }

    # -------------------------------------------------------------- the refunds
    def _refund(self, item, refund, order, shared):
        record = item.record
        key = f"{item.external_id}#{refund['external_id']}"
        lines = [
            *(self._goods_row(key, line, -1) for line in refund["lines"]),
            *(self._charge_row(key, charge, -1) for charge in refund["charges"]),
        ]
        open_part = adjustment(
            refund,
            order["amount_untaxed"],
            order["amount_total"],
            self.ctx.digits(record["currency"]),
        )
        if open_part:
            net, tax = open_part
            charge = {"kind": "adjustment", "name": refund["reason"] or ""}
            charge.update(net=net, tax=tax, total=net + tax)
            lines.append(self._charge_row(key, charge, -1))
        self._number(lines)
        row = {
            **shared,
            **self._money(lines, shared["currency_rate"]),
            "name": record["number"],
            "kind": "refund",
            "external_id": key,
            "origin": item.external_id,
            "version": item.version,
            "payload_hash": item.hash,
            "date_order": naive(refund["refunded_at"]),
            "state": record["state"],
            "state_raw": record["state_raw"],
            "note": refund["reason"],
        }
        self.refunds.append(row)
        self._event(
            "refund", row, item.external_id, row["date_order"], refund["reason"]
        )

    # --------------------------------------------------------- the interactions
    def _interactions(self, item, row):
        self._event("order", row, item.external_id, row["date_order"], row["note"])
        if row["paid_on"]:
            self.paid.append(item.external_id)
            self._event("payment", row, item.external_id, row["paid_on"])

    def _event(self, kind, row, order, date, text=None):
        """Add an interaction; its summary is made of facts only, in no language."""
        words = [row["name"], f"{row['amount_total']:f} {self._code}"]
        if kind == "payment" and row["payment_method"]:
            words.append(row["payment_method"])
        self.interactions.append(
            {
                "kind": kind,
                "external_id": row["external_id"],
                "partner_id": row["partner_id"],
                "order_id": order,
                "date": date,
                "direction": "out" if kind == "refund" else "in",
                "channel": row["channel"],
                "amount": row["amount_total"],
                "currency_id": row["currency_id"],
                "summary": " · ".join(words),
                "body_text": text,
            }
        )

    # ------------------------------------------------------------- small parts
    @staticmethod
    def _buyer(ref):
        if ref is None:
            return {"customer_external_id": None, "is_guest": True}
        return {
            "customer_external_id": ref["external_id"],
            "is_guest": ref["external_id"] is None,
            "buyer_name": ref["name"],
            "buyer_email": ref["email"],
            "buyer_phone": ref["phone"],
        }

    def _place(self, address):
        if address is None:
            return {}
        country = self.ctx.country(address["country"])
        town = " ".join(w for w in (address["zip"], address["city"]) if w)
        lines = (
            address["name"],
            address["company"],
            address["street"],
            address["street2"],
            town,
            address["state"],
            address["country"],
        )
        return {
            "country_id": country,
            "region_id": self.ctx.state(country, address["state"]),
            "city": address["city"],
            "zip": address["zip"],
            "shipping_address": "\n".join(line for line in lines if line) or None,
        }

    def _utm(self, utm):
        if utm is None:
            return {}
        return {
            "utm_source_id": self.ctx.named("utm.source", utm["source"]),
            "utm_medium_id": self.ctx.named("utm.medium", utm["medium"]),
            "utm_campaign_id": self.ctx.named("utm.campaign", utm["campaign"]),
        }
