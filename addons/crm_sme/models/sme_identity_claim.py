from datetime import timedelta

from odoo import api, fields, models


class SmeIdentityClaim(models.Model):
    """Where two calls meet that are about to make the same customer.

    A row a key (normalised e-mail or E.164 phone). The second call fails on it with a
    serialization error, is run again and then finds the customer of the first.
    """

    _name = "sme.identity.claim"
    _description = "Key of a New Customer"
    _log_access = False

    name = fields.Char(string="Key", required=True)
    claimed_on = fields.Datetime(required=True)

    _name_unique = models.Constraint("UNIQUE(name)", "A key is claimed once.")

    @api.autovacuum
    def _gc_claims(self):
        """Forget claims of finished calls."""
        limit = fields.Datetime.now() - timedelta(days=1)
        self.search([("claimed_on", "<", limit)], limit=100000).unlink()
