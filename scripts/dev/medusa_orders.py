"""A little shop on a Medusa server, and what its staff does to orders."""

import time
from dataclasses import dataclass, field
from typing import Any

from .medusa import MedusaServer

ADDRESS = {
    "first_name": "Emma",
    "last_name": "Müller",
    "company": "ACME",
    "address_1": "Hauptstr. 12",
    "address_2": "2. OG",
    "city": "München",
    "country_code": "de",
    "province": "BY",
    "postal_code": "80331",
    "phone": "+49891234",
}
COUNTRIES = {"eur": "de", "jpy": "jp"}
PRICES = {"S": {"eur": 9.99, "jpy": 1000}, "M": {"eur": 7.33, "jpy": 800}}
TAX_PERCENT = 19
COUPON = "TEN"
CALM_S = 0.05
"""Between two acts, so that their milliseconds differ."""


@dataclass
class Shop:
    """A shop with one product in two sizes, sold to Germany (with tax) and Japan.

    Attributes:
        variants: size -> id.
        product: its id.
    """

    server: MedusaServer
    variants: dict[str, str] = field(default_factory=dict)
    product: str = ""
    _regions: dict[str, str] = field(default_factory=dict)
    _publishable: str = ""
    _channel: str = ""
    _option: str = ""
    _location: str = ""

    def get(self, path: str) -> Any:
        """Ask the admin API."""
        return self.server.send("GET", f"/admin/{path}")

    def post(self, path: str, body: Any = None) -> Any:
        """Tell the admin API something."""
        time.sleep(CALM_S)
        return self.server.send("POST", f"/admin/{path}", body or {})

    def build(self) -> None:
        """Make what a shop needs before it can sell."""
        (store,) = self.get("stores")["stores"]
        currencies = [
            {"currency_code": code, "is_default": code == "eur"} for code in COUNTRIES
        ]
        self.post(f"stores/{store['id']}", {"supported_currencies": currencies})
        self._channel = self.get("sales-channels")["sales_channels"][0]["id"]
        for code, country in COUNTRIES.items():
            region = {"name": country, "currency_code": code, "countries": [country]}
            region["payment_providers"] = ["pp_system_default"]
            self._regions[code] = self.post("regions", region)["region"]["id"]
        rate = {"rate": TAX_PERCENT, "name": "MwSt", "code": "mwst"}
        self.post(
            "tax-regions",
            {
                **{"country_code": "de", "provider_id": "tp_system"},
                "default_tax_rate": rate,
            },
        )
        self._build_web()
        self._build_goods(self._build_shipping())

    def _build_web(self) -> None:
        made = self.post("api-keys", {"title": "web", "type": "publishable"})["api_key"]
        self.post(f"api-keys/{made['id']}/sales-channels", {"add": [self._channel]})
        self._publishable = made["token"]

    def _build_shipping(self) -> str:
        """Make the ways of shipping; give the id of their profile."""
        place = {"address_1": "Lager", "country_code": "de"}
        made = self.post("stock-locations", {"name": "Lager", "address": place})
        self._location = made["stock_location"]["id"]
        here = f"stock-locations/{self._location}"
        self.post(f"{here}/sales-channels", {"add": [self._channel]})
        self.post(f"{here}/fulfillment-providers", {"add": ["manual_manual"]})
        made = self.post(
            f"{here}/fulfillment-sets?fields=*fulfillment_sets",
            {"name": "Ship", "type": "shipping"},
        )
        ways = made["stock_location"]["fulfillment_sets"][0]["id"]
        zones = [{"type": "country", "country_code": c} for c in COUNTRIES.values()]
        made = self.post(
            f"fulfillment-sets/{ways}/service-zones",
            {"name": "All", "geo_zones": zones},
        )
        zone = made["fulfillment_set"]["service_zones"][0]["id"]
        profile = str(self.get("shipping-profiles")["shipping_profiles"][0]["id"])
        prices = [
            {"currency_code": "eur", "amount": 4.99},
            {"currency_code": "jpy", "amount": 500},
        ]
        self._option = self.post(
            "shipping-options",
            {
                **{"name": "Standard", "service_zone_id": zone, "rules": []},
                **{"shipping_profile_id": profile, "provider_id": "manual_manual"},
                **{"price_type": "flat", "prices": prices},
                "type": {"label": "s", "description": "s", "code": "s"},
            },
        )["shipping_option"]["id"]
        return profile

    def _build_goods(self, profile: str) -> None:
        above = None
        for name in ("Tea", "Green"):
            row = {"name": name, "is_active": True, "parent_category_id": above}
            above = self.post("product-categories", row)["product_category"]["id"]
        variants = [
            {
                **{"title": size, "sku": f"T-{size}", "manage_inventory": False},
                "options": {"Size": size},
                "prices": [
                    {"currency_code": code, "amount": amount}
                    for code, amount in prices.items()
                ],
            }
            for size, prices in PRICES.items()
        ]
        made = self.post(
            "products",
            {
                **{"title": "西湖龙井", "status": "published", "variants": variants},
                **{"shipping_profile_id": profile, "categories": [{"id": above}]},
                "sales_channels": [{"id": self._channel}],
                "options": [{"title": "Size", "values": list(PRICES)}],
            },
        )["product"]
        self.product = made["id"]
        self.variants = {each["title"]: each["id"] for each in made["variants"]}
        method = {"type": "percentage", "target_type": "order", "value": 10}
        method |= {"allocation": "across", "currency_code": "eur"}
        promotion = {"code": COUPON, "type": "standard", "status": "active"}
        self.post("promotions", {**promotion, "application_method": method})

    def place(
        self, email: str, sizes: dict[str, int], currency: str = "eur", code: str = ""
    ) -> str:
        """Buy as a guest does; give the order's id."""
        address = {**ADDRESS, "country_code": COUNTRIES[currency]}
        items = [
            {"variant_id": self.variants[size], "quantity": count}
            for size, count in sizes.items()
        ]
        cart = self._store(
            "carts",
            {
                **{"region_id": self._regions[currency], "email": email},
                **{"shipping_address": address, "billing_address": address},
                **{"items": items, "sales_channel_id": self._channel},
            },
        )["cart"]["id"]
        if code:
            self._store(f"carts/{cart}/promotions", {"promo_codes": [code]})
        self._store(f"carts/{cart}/shipping-methods", {"option_id": self._option})
        made = self._store("payment-collections", {"cart_id": cart})
        collection = made["payment_collection"]["id"]
        self._store(
            f"payment-collections/{collection}/payment-sessions",
            {"provider_id": "pp_system_default"},
        )
        return str(self._store(f"carts/{cart}/complete")["order"]["id"])

    def _store(self, path: str, body: Any = None) -> Any:
        key = {"x-publishable-api-key": self._publishable}
        return self.server.send("POST", f"/store/{path}", body or {}, key)

    def order(self, order_id: str) -> Any:
        """Give an order as the admin API tells it."""
        more = "*fulfillments,*fulfillments.labels"
        return self.get(f"orders/{order_id}?fields={more}")["order"]

    def payment(self, order_id: str) -> str:
        """Give the id of an order's payment."""
        (collection,) = self.order(order_id)["payment_collections"]
        return str(collection["payments"][0]["id"])

    def capture(self, order_id: str) -> None:
        """Take the money of an order."""
        self.post(f"payments/{self.payment(order_id)}/capture")

    def refund(self, order_id: str, amount: float, note: str = "") -> None:
        """Pay back money."""
        body: dict[str, Any] = {"amount": amount}
        if note:
            body["note"] = note
        self.post(f"payments/{self.payment(order_id)}/refund", body)

    def ship(self, order_id: str, *numbers: str, delivered: bool = False) -> str:
        """Send all goods of an order; give the fulfilment's id."""
        items = self._all_items(order_id)
        body = {"items": items, "location_id": self._location}
        self.post(f"orders/{order_id}/fulfillments", body)
        own = str(self.order(order_id)["fulfillments"][0]["id"])
        here = f"orders/{order_id}/fulfillments/{own}"
        urls = {"tracking_url": "#", "label_url": "#"}
        labels = [{"tracking_number": number, **urls} for number in numbers]
        self.post(f"{here}/shipments", {"items": items, "labels": labels})
        if delivered:
            self.post(f"{here}/mark-as-delivered")
        return own

    def _all_items(self, order_id: str) -> list[dict[str, Any]]:
        items = self.order(order_id)["items"]
        return [{"id": each["id"], "quantity": each["quantity"]} for each in items]

    def take_back(self, order_id: str, quantity: int) -> None:
        """Take back goods of an order's first item, which were sent."""
        body = {"order_id": order_id, "location_id": self._location}
        here = f"returns/{self.post('returns', body)['return']['id']}"
        item = self.order(order_id)["items"][0]["id"]
        items = {"items": [{"id": item, "quantity": quantity}]}
        self.post(f"{here}/request-items", items)
        self.post(f"{here}/request")
        self.post(f"{here}/receive")
        self.post(f"{here}/receive-items", items)
        self.post(f"{here}/receive/confirm")

    def edit(self, order_id: str, quantity: int) -> None:
        """Change the quantity of an order's first item."""
        item = self.order(order_id)["items"][0]["id"]
        self.post("order-edits", {"order_id": order_id})
        self.post(f"order-edits/{order_id}/items/item/{item}", {"quantity": quantity})
        self.post(f"order-edits/{order_id}/request")
        self.post(f"order-edits/{order_id}/confirm")

    def cancel(self, order_id: str) -> None:
        """Cancel an order; what was paid goes back."""
        self.post(f"orders/{order_id}/cancel")
