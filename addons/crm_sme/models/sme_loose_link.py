from odoo import fields


class LooseMany2one(fields.Many2one):
    """A link without a foreign key, for tables that SQL fills by the million.

    A key is a look-up for each link of each row, and these ids were read from the
    database in the same statement. A record that is deleted leaves links to nothing
    until the next whole refresh; readers take those for empty.
    """

    def update_db_foreign_key(self, model, column):
        """Add none; the column may hold the id of a deleted record."""
