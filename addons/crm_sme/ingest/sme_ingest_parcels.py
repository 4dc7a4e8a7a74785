from odoo import api, models
from odoo.exceptions import UserError

from ..tools import wire
from ..tools.parcels import tracking_key
from .context import Context
from .limits import MAX_ID
from .open_parcels import open_page


class SmeIngest(models.AbstractModel):
    """What the door tells carriers' connectors: the parcels to ask about."""

    _inherit = "sme.ingest"

    @api.model
    def parcels(self, contract, source, after="", limit=1000, numbers=None):
        """List the parcels of the company's shops that a carrier is asked about.

        :param str after: id of the last parcel of the page before
        :param list numbers: only these tracking numbers, then whatever their state
        :return: ``items``, and the ``next`` page's start
        :rtype: dict
        """
        door = self._enter(contract)
        door._check_limit(limit)
        door._check_text("after", after)
        if after and not after.isdecimal():
            raise UserError(
                self._reader()._("after: the id of the page before is expected.")
            )
        if numbers is not None and not (
            isinstance(numbers, list)
            and all(type(each) is str for each in numbers)
            and wire.storable(numbers)
        ):
            raise UserError(self._reader()._("numbers: a list of text is expected."))
        found = open_page(
            Context(door._asking(source)),
            min(int(after or 0), MAX_ID),
            limit=limit,
            numbers=None if numbers is None else list(map(tracking_key, numbers)),
        )
        items = found[:limit]
        return {
            "items": items,
            "next": items[-1]["id"] if len(found) > limit else None,
        }

    def _asking(self, code):
        """Return the source that asks; a new one of the user's company if not known."""
        source = self._find_source(code)
        if source:
            return source
        company = self.env.user.company_id
        return source.new({"company_id": company.id}).with_company(company)
