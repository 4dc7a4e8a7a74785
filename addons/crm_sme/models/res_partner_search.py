from odoo import fields, models

from ..metrics import partner_search
from .res_partner import STAFF


class ResPartner(models.Model):
    """Searching by a part of a name, e-mail or number, by an index of our own."""

    _inherit = "res.partner"

    _sme_search_idx = models.Index(partner_search.index_definition())

    sme_search = fields.Char(
        string="Name, E-mail or Phone",
        store=False,
        search="_search_sme_search",
        groups=STAFF,
    )

    def _auto_init(self):
        partner_search.create_function(self.env.cr)
        return super()._auto_init()

    def _search(self, domain, *args, **kwargs):
        domain = partner_search.narrow(self.env, fields.Domain(domain))
        return super()._search(domain, *args, **kwargs)

    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if domain is NotImplemented:
            return domain
        return partner_search.narrow(self.env, fields.Domain(domain))

    def _search_sme_search(self, operator, value):
        """By display name or e-mail, or by a number however it is written."""
        if operator not in partner_search.OPERATORS or not isinstance(value, str):
            return NotImplemented
        found = fields.Domain.OR(
            fields.Domain(name, operator, value) for name in partner_search.COLUMNS
        )
        if any(sign.isdigit() for sign in value):
            found |= partner_search.phone_domain(value) or fields.Domain.FALSE
        return partner_search.narrow(self.env, found)

    def _search_phone_mobile_search(self, operator, value):
        term = value.strip() if isinstance(value, str) else ""
        if (
            operator in partner_search.OPERATORS
            and len(term) >= self._phone_search_min_length
            and not self.env.registry.has_unaccent
        ):
            found = partner_search.phone_domain(term)
            if found is not None:
                return found
        return super()._search_phone_mobile_search(operator, value)
