from odoo import fields, models


class ResCompanyConsent(models.Model):
    """Whom care may reach."""

    _inherit = "res.company"

    sme_consent_policy = fields.Selection(
        [
            ("opt_in", "Only who has granted it"),
            ("opt_out", "Everybody who has not refused"),
        ],
        string="Care Reaches",
        default="opt_in",
        required=True,
        help="The laws on advertising of the European Union and of China ask for "
        "consent first.",
    )
