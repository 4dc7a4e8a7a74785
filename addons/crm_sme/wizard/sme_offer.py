from odoo import api, fields, models
from odoo.exceptions import UserError

WHY = [
    ("rebuy", "Due again"),
    ("need", "Asked for"),
    ("pair", "Goes with it"),
    ("category", "Category goes with it"),
    ("best", "Best seller"),
]


class SmeOffer(models.TransientModel):
    """What to offer to a customer: ranked, with reasons, ready for a quotation."""

    _name = "sme.offer"
    _description = "Offer to a Customer"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    lead_id = fields.Many2one("crm.lead", string="Opportunity", readonly=True)
    order_id = fields.Many2one("sale.order", string="Quotation", readonly=True)
    basis = fields.Char(readonly=True)
    wishes = fields.Text(string="Asked For", readonly=True)
    line_ids = fields.One2many("sme.offer.line", "offer_id", string="Offers")
    left_out_ids = fields.One2many("sme.offer.left.out", "offer_id", readonly=True)

    @api.model
    def _open_for(self, partner, **origin):
        """Rank what to offer to a customer and open it.

        :param partner: one record of ``res.partner``
        :param origin: ``lead_id`` or ``order_id`` to work on
        :return: the action that shows the dialog
        :rtype: dict
        :raises UserError: there is no customer yet
        """
        if not partner:
            raise UserError(self.env._("Set the customer first, then try again."))
        offer = self.create(
            {"partner_id": partner.id, **origin, **self._advice_values(partner)}
        )
        return offer._reopen()

    def _reopen(self):
        """The action that shows the dialog.

        :rtype: dict
        """
        name = self.partner_id.display_name
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What to Offer to %(name)s", name=name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    @api.model
    def _advice_values(self, partner):
        advice = self.env["sme.offer.advice"]._advise(partner)
        return {
            "basis": advice["basis"],
            "wishes": "\n".join(
                f"{wish.name} ({wish.categ_id.display_name})"
                if wish.categ_id
                else wish.name
                for wish in advice["wishes"]
            ),
            "line_ids": [
                fields.Command.create(
                    {
                        **{name: each[name] for name in ("why", "reason", "score")},
                        **{name: each[name] for name in ("price", "margin")},
                        "sequence": number,
                        "product_id": each["product"].id,
                        "need_id": each["need"].id,
                    }
                )
                for number, each in enumerate(advice["offers"])
            ],
            "left_out_ids": [
                fields.Command.create(
                    {"product_id": each["product"].id, "reason": each["reason"]}
                )
                for each in advice["left_out"]
            ],
        }

    def action_quote(self):
        """Put the chosen goods on a quotation, a new one unless there is one.

        Needs that they meet are marked as offered.

        :raises UserError: nothing was chosen, or the quotation is not open any more
        """
        self.ensure_one()
        chosen = self._chosen()
        order = self.order_id
        if order and order.state not in ("draft", "sent"):
            raise UserError(
                self.env._("The quotation is confirmed or cancelled. Make a new one.")
            )
        lines = [
            fields.Command.create({"product_id": line.product_id.id}) for line in chosen
        ]
        if order:
            order.order_line = lines
        else:
            order = self.env["sale.order"].create(
                {**self._quotation_values(), "order_line": lines}
            )
        self._mark_offered(chosen)
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": order.id,
            "view_mode": "form",
        }

    def _quotation_values(self):
        values = {"partner_id": self.partner_id.id, "company_id": self.company_id.id}
        if self.lead_id:
            values |= {
                "opportunity_id": self.lead_id.id,
                "origin": self.lead_id.name,
                "team_id": self.lead_id.team_id.id,
            }
        return {name: value for name, value in values.items() if value}

    def action_log(self):
        """Note that the chosen goods were offered, in a call or visit.

        :raises UserError: nothing was chosen
        """
        self.ensure_one()
        chosen = self._chosen()
        names = ", ".join(chosen.product_id.mapped("display_name"))
        self.env["sme.interaction"].create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "lead_id": self.lead_id.id,
                "kind": "note",
                "direction": "out",
                "summary": self.env._("Offered: %(names)s", names=names)[:250],
                "body_text": "\n".join(
                    f"{line.product_id.display_name}: {line.reason}" for line in chosen
                ),
            }
        )
        self._mark_offered(chosen)
        return {"type": "ir.actions.act_window_close"}

    def _chosen(self):
        chosen = self.line_ids.filtered("is_chosen")
        if not chosen:
            raise UserError(
                self.env._("Choose at least one product: tick it, then try again.")
            )
        return chosen

    def _mark_offered(self, chosen):
        # As root: a need that a colleague noted is offered all the same.
        needs = chosen.need_id.sudo().filtered(lambda need: need.state == "open")
        needs.state = "offered"


class SmeOfferLine(models.TransientModel):
    """One product to offer, with the reason in words."""

    _name = "sme.offer.line"
    _description = "Product to Offer"
    _order = "sequence, id"

    offer_id = fields.Many2one(
        "sme.offer", string="Dialog", required=True, ondelete="cascade"
    )
    sequence = fields.Integer()
    is_chosen = fields.Boolean(string="Choose")
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    why = fields.Selection(WHY, readonly=True)
    reason = fields.Char(readonly=True)
    score = fields.Float(digits=(16, 1), readonly=True)
    need_id = fields.Many2one("sme.need", readonly=True)
    currency_id = fields.Many2one(related="offer_id.currency_id")
    price = fields.Monetary(readonly=True)
    margin = fields.Monetary(readonly=True)

    def action_note_need(self):
        """The customer wants it: note a need; the line is chosen."""
        self.ensure_one()
        self.is_chosen = True
        if not self.need_id:
            self.need_id = self.env["sme.need"].create(
                {
                    "name": self.product_id.display_name,
                    "partner_id": self.offer_id.partner_id.id,
                    "company_id": self.offer_id.company_id.id,
                    "product_id": self.product_id.id,
                    "categ_id": self.product_id.categ_id.id,
                }
            )
        return self.offer_id._reopen()


class SmeOfferLeftOut(models.TransientModel):
    """One product that is better not offered, and why."""

    _name = "sme.offer.left.out"
    _description = "Product Left Out of an Offer"

    offer_id = fields.Many2one(
        "sme.offer", string="Dialog", required=True, ondelete="cascade"
    )
    product_id = fields.Many2one("product.product", required=True)
    reason = fields.Char()
