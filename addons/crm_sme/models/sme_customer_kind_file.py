from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..metrics import data_score
from ..tools.data_score import ITEMS, USUAL

POINTS = tuple(f"points_{item}" for item in ITEMS)


def _points(label, item):
    return fields.Integer(string=label, default=USUAL.get(item, 0))


class SmeCustomerKindFile(models.Model):
    """What should be known of customers of a kind, and how much each item counts."""

    _inherit = "sme.customer.kind"

    points_phone = _points("Points for the Phone", "phone")
    points_email = _points("Points for the E-mail", "email")
    points_address = _points("Points for the Address", "address")
    points_birthday = _points("Points for the Birthday", "birthday")
    points_contract_day = _points("Points for the Contract Day", "contract_day")
    points_vat = _points("Points for the Tax ID", "vat")
    points_industry = _points("Points for the Industry", "industry")
    points_website = _points("Points for the Website", "website")
    points_consent = _points("Points for a Consent", "consent")

    @api.constrains(*POINTS)
    def _check_points(self):
        if any(kind[name] < 0 for kind in self for name in POINTS):
            raise ValidationError(
                self.env._(
                    "The points of a file cannot be below zero. Enter 0 for what need "
                    "not be known of such customers."
                )
            )

    def write(self, vals):
        """Find the figures of the kind's customers anew when its points change."""
        result = super().write(vals)
        if vals.keys() & set(POINTS):
            data_score.fill(
                self.env, SQL("p.customer_kind_id = ANY(%s)", list(self.ids))
            )
        return result

    def _file_points(self):
        """Points of each item; the usual ones without a kind.

        :rtype: dict[str, int]
        """
        if not self:
            return USUAL
        return {item: self[f"points_{item}"] for item in ITEMS}

    @api.model
    def _item_names(self):
        """The items in the user's language.

        :rtype: dict[str, str]
        """
        return {
            "phone": self.env._("phone"),
            "email": self.env._("e-mail"),
            "address": self.env._("address"),
            "birthday": self.env._("birthday"),
            "contract_day": self.env._("contract day"),
            "vat": self.env._("tax ID"),
            "industry": self.env._("industry"),
            "website": self.env._("website"),
            "consent": self.env._("a consent"),
        }
