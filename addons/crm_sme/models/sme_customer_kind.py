from odoo import api, fields, models, tools


class SmeCustomerKind(models.Model):
    """What a customer is to the firm: a consumer, a company, a dealer, a shipper."""

    _name = "sme.customer.kind"
    _description = "Customer Kind"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="Short word by which files and ready plans name the kind.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    note = fields.Text(
        string="Manner",
        translate=True,
        help="How to speak to such customers: what pleases, what to avoid.",
    )
    given_to = fields.Selection(
        [("person", "Persons"), ("company", "Companies")],
        string="Given by Itself to",
        help="New customers of this nature get the kind unless somebody chooses "
        "another one.",
    )

    _code_unique = models.Constraint(
        "UNIQUE(code)", "Two kinds of customers cannot have the same code."
    )
    _given_unique = models.UniqueIndex(
        "(given_to) WHERE given_to IS NOT NULL AND active",
        "Only one kind can be given by itself to persons, and one to companies.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        """Forget which kinds are given by themselves."""
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        """Forget which kinds are given by themselves."""
        self.env.registry.clear_cache()
        return super().unlink()

    @api.model
    @tools.ormcache()
    def _given(self):
        """Kinds that customers get by themselves.

        :return: id of the kind by nature, ``person`` or ``company``
        :rtype: dict[str, int]
        """
        # As root: whoever makes a contact need not read kinds.
        kinds = self.sudo().search([("given_to", "!=", False)])
        return {kind.given_to: kind.id for kind in kinds}
