"""A Singer tap for the shop, made with singer-sdk; run by its own Python."""

from __future__ import annotations

from typing import Any

from singer_sdk import RESTStream, Tap
from singer_sdk import typing as th
from singer_sdk.authenticators import BasicAuthenticator
from singer_sdk.pagination import BasePageNumberPaginator


class Pages(BasePageNumberPaginator):
    """Goes on until a page is not full."""

    def has_more(self, response: Any) -> bool:
        """Tell whether there may be another page."""
        return len(response.json()) == 100  # noqa: PLR2004


class ShopStream(RESTStream):
    """A list of the shop."""

    primary_keys = ("id",)
    records_jsonpath = "$[*]"
    schema = th.PropertiesList(
        th.Property("id", th.IntegerType),
        th.Property("customer_note", th.StringType),
        th.Property("date_modified_gmt", th.DateTimeType),
        additional_properties=True,
    ).to_dict()

    @property
    def url_base(self) -> str:
        """Return the address of the API."""
        return str(self.config["url"]) + "/wp-json/wc/v3/"

    @property
    def authenticator(self) -> Any:
        """Return HTTP Basic."""
        return BasicAuthenticator(
            username=self.config["consumer_key"],
            password=self.config["consumer_secret"],
        )

    def get_new_paginator(self) -> Any:
        """Return pages from the first on."""
        return Pages(start_value=1)

    def get_url_params(self, context: Any, next_page_token: Any) -> dict[str, Any]:
        """Ask for a page, of what changed if the list can be asked that."""
        asked = {"per_page": 100, "page": next_page_token or 1}
        since = self.get_starting_timestamp(context)
        if self.replication_key and since:
            asked["dates_are_gmt"] = "true"
            asked["modified_after"] = since.strftime("%Y-%m-%dT%H:%M:%S")
        return asked


class Orders(ShopStream):
    """Orders, by the time of their last change."""

    name = "orders"
    path = "orders"
    replication_key = "date_modified_gmt"


class Customers(ShopStream):
    """Customers: the list cannot be asked for changes."""

    name = "customers"
    path = "customers"


class Products(ShopStream):
    """Products."""

    name = "products"
    path = "products"


class ShopTap(Tap):
    """The tap."""

    name = "tap-shop"
    config_jsonschema = th.PropertiesList(
        th.Property("url", th.StringType, required=True),
        th.Property("consumer_key", th.StringType, required=True),
        th.Property("consumer_secret", th.StringType, required=True),
    ).to_dict()

    def discover_streams(self) -> list[Any]:
        """Return all streams."""
        return [Orders(self), Customers(self), Products(self)]


if __name__ == "__main__":
    ShopTap.cli()
