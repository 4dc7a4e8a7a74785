from odoo import fields


class LooseMany2one(fields.Many2one):
    """A link without a foreign key, for tables that SQL fills by the million.

    Checking the keys took three quarters of the time of filling the roll-up. A record
    that is deleted leaves links to nothing until the next whole refresh; readers take
    those for empty.
    """

    def update_db_foreign_key(self, model, column):
        """Add none; the column may hold the id of a deleted record."""
