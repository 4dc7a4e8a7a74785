"""What all records of one call share: the source, the clock, small look-ups."""

from bisect import bisect_right
from collections import defaultdict
from decimal import Decimal
from functools import cached_property

from odoo.tools import SQL

from ..tools.refusal import Refusal

ONE = Decimal(1)

# No chatter, no followers, no look-ups on the web, no check that refuses a customer
# because of a tax number: the shop has him as a customer already.
STORING = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "no_vat_validation": True,
    "active_test": False,
    "crm_sme_ingest": True,
}


def naive(value):
    """Turn an aware time in UTC into what Odoo stores: naive UTC, whole seconds."""
    return value and value.replace(tzinfo=None, microsecond=0)


class Context:
    """The source's company, clock and look-ups, read once a call.

    :param source: ``sme.source`` record in the storing environment
    """

    def __init__(self, source):
        self.source = source
        self.company = source.company_id
        self.env = source.env
        self.now = self.env.cr.now().replace(microsecond=0)
        self.touched = set()
        self.without_rate = set()
        self._states = {}
        self._names = {}
        self._categories = {}

    # ------------------------------------------------------------------ countries
    @cached_property
    def _countries(self):
        return {
            code.upper(): country
            for code, country in self.env.execute_query(
                SQL("SELECT code, id FROM res_country WHERE code IS NOT NULL")
            )
        }

    def country(self, code):
        """Return the id of a country by its ISO code, or None."""
        return self._countries.get((code or "").upper())

    def state(self, country, word):
        """Return the id of a country's state by code or name, or None.

        A shop may say ``Zhejiang``, ``浙江`` or ``浙江省`` for the same one.
        """
        if not country or not word:
            return None
        if country not in self._states:
            self._states[country] = known = {}
            for state, code, name in self.env.execute_query(
                SQL(
                    "SELECT id, code, name FROM res_country_state "
                    "WHERE country_id = %s ORDER BY id DESC",
                    country,
                )
            ):
                known[name.casefold()] = known[code.casefold()] = state
                for ending in ("省", "市", "自治区"):
                    known[name.casefold().removesuffix(ending)] = state
        return self._states[country].get(word.casefold())

    # -------------------------------------------------------------------- money
    @cached_property
    def _currencies(self):
        return {
            name: (currency, Decimal(str(rounding)))
            for currency, name, rounding in self.env.execute_query(
                SQL("SELECT id, name, rounding FROM res_currency")
            )
        }

    @cached_property
    def _rates(self):
        """Rates by currency: those of the company before those of all, by date."""
        found = defaultdict(lambda: {True: [], False: []})
        root = self.company.root_id.id
        for currency, owner, day, rate in self.env.execute_query(
            SQL(
                "SELECT currency_id, company_id, name, rate FROM res_currency_rate "
                "WHERE company_id IS NULL OR company_id = %s ORDER BY name",
                root,
            )
        ):
            found[currency][owner is not None].append((day, Decimal(str(rate))))
        return dict(found)

    def currency(self, code, path="currency"):
        """Return the id of a currency, archived ones too.

        :raises Refusal: Odoo does not know the code
        """
        try:
            return self._currencies[code][0]
        except KeyError:
            raise Refusal(path, "currency_unknown", value=code) from None

    def digits(self, code):
        """Return the number of decimals of a known currency."""
        exponent = self._currencies[code][1].normalize().as_tuple().exponent
        return max(0, -exponent)

    def half_unit(self, code):
        """Return half a minor unit of a known currency."""
        return self._currencies[code][1] / 2

    def _rate_of(self, currency, day):
        series = self._rates.get(currency)
        if series is None:
            return ONE
        for rates in (series[True], series[False]):
            position = bisect_right(rates, day, key=lambda rate: rate[0])
            if position:
                return rates[position - 1][1]
        return (series[True] or series[False])[0][1]

    def rate(self, currency, day):
        """Return units of ``currency`` for one of the company's on a day, as Odoo does.

        Without any rate it is 1; the source then shows that rates are missing.
        """
        own = self.company.currency_id.id
        if currency == own:
            return ONE
        if currency not in self._rates and own not in self._rates:
            self.without_rate.add(currency)
        return self._rate_of(currency, day) / self._rate_of(own, day)

    # ------------------------------------------------------------------- names
    def named(self, model, name):
        """Return the id of a record of a small table by name, made if need be."""
        if not name:
            return None
        key = (model, name.casefold())
        if key not in self._names:
            mixin = self.env["utm.mixin"]
            self._names[key] = mixin._find_or_create_record(model, name).id
        return self._names[key]

    def category(self, path):
        """Return the id of a product category by its path from the root, or None.

        Missing ones are made when the source may make products.
        """
        path = tuple(word for word in path if word)
        if not path:
            return None
        if path not in self._categories:
            self._categories[path] = self._find_category(path)
        return self._categories[path]

    def _find_category(self, path):
        categories = self.env["product.category"]
        parent = self.category(path[:-1])
        if len(path) > 1 and not parent:
            return None
        found = categories.search(
            [("name", "=", path[-1]), ("parent_id", "=", parent or False)], limit=1
        )
        if not found and self.source.create_products:
            found = categories.create({"name": path[-1], "parent_id": parent or False})
        return found.id or None

    # ------------------------------------------------------------------- touch
    def touch(self, partners):
        """Remember commercial partners whose figures are out of date."""
        self.touched.update(partner for partner in partners if partner)
