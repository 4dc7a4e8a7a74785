from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..metrics import visitor_leads

BY_HAND = ("store", "phone", "web", "chat")
VISIT_KINDS = [
    ("store", "In the store"),
    ("phone", "By phone"),
    ("web", "On the web"),
    ("chat", "By chat"),
    ("cart", "Left a cart"),
    ("browse", "Looked at goods"),
]
NAME_LENGTH = 80
# One of these makes a visitor; an entry that was opened and left makes none.
TOLD = (
    *("name", "contact_name", "phone", "email_from", "partner_id", "budget"),
    *("asked_product_ids", "not_bought_reason_id", "next_step"),
)
# A change of these may take a visitor off the call list.
MOVING = {"won_status", "active", "stage_id", "next_step_date", "visit_kind", "user_id"}


class CrmLeadVisitor(models.Model):
    """Who asked or looked and did not buy (demand 28)."""

    _inherit = "crm.lead"

    visit_kind = fields.Selection(
        VISIT_KINDS,
        string="Kind of Visit",
        index="btree_not_null",
        help="How somebody asked or looked without buying. Empty: an ordinary lead.",
    )
    visit_kinds_by_hand = fields.Json(
        compute="_compute_visit_kinds_by_hand",
        help="Kinds of visits that staff note; the others come from the shops.",
    )
    asked_product_ids = fields.Many2many(
        "product.product",
        "sme_lead_asked_product_rel",
        "lead_id",
        "product_id",
        string="Asked For",
    )
    not_bought_reason_id = fields.Many2one(
        "sme.not.bought.reason",
        string="Why Not Bought",
        ondelete="restrict",
        index="btree_not_null",
    )
    budget = fields.Monetary(
        currency_field="company_currency", help="What the visitor wants to spend."
    )
    next_step = fields.Char(help="What was agreed, e.g. call when size 42 is there.")
    next_step_date = fields.Date(
        string="Next Step On", help="The visitor is in the call list from that day on."
    )
    visit_key = fields.Char(
        readonly=True,
        copy=False,
        help="The cart or the visits that the lead was made of; each makes one lead.",
    )
    sme_segment_id = fields.Many2one(
        "sme.segment",
        string="Segment",
        compute="_compute_sme_segment_id",
        store=True,
        index="btree_not_null",
        ondelete="set null",
        help="Main segment of the customer in the company of the lead. Counts for the "
        "probability.",
    )
    known_partner_id = fields.Many2one(
        "res.partner",
        string="Already a Customer",
        compute="_compute_known_partner_id",
        help="The only customer with this phone number.",
    )

    _visit_key_unique = models.UniqueIndex(
        "(company_id, visit_key) WHERE visit_key IS NOT NULL",
        "There is a lead of this cart or visit already.",
    )

    def _compute_visit_kinds_by_hand(self):
        self.visit_kinds_by_hand = list(BY_HAND)

    @api.depends("partner_id", "company_id")
    def _compute_sme_segment_id(self):
        """Kept up by the nightly refresh where the customer changes his segment."""
        # As root: the probability does not depend on who looks.
        rows = self.env["sme.customer.value"].sudo()
        heads = self.partner_id.sudo().commercial_partner_id
        found = rows.search([("partner_id", "in", heads.ids)]) if heads else rows
        segment_of = {
            (row.partner_id.id, row.company_id.id): row.segment_id for row in found
        }
        for lead in self:
            head = lead.partner_id.sudo().commercial_partner_id.id
            company = lead.company_id or self.env.company
            lead.sme_segment_id = segment_of.get((head, company.id), False)

    @api.depends("phone", "country_id", "partner_id")
    def _compute_known_partner_id(self):
        for lead in self:
            number = (
                lead.visit_kind and lead.phone and lead._phone_format(fname="phone")
            )
            found = self.env["res.partner"]
            if number and not lead.partner_id:
                found = found.search([("phone_sanitized", "=", number)], limit=2)
            lead.known_partner_id = found if len(found) == 1 else False

    @api.model_create_multi
    def create(self, vals_list):
        """Name a visitor by what he asked for; who is known is his own customer."""
        leads = super().create(
            [
                self._sme_visitor_values(vals) if vals.get("visit_kind") else vals
                for vals in vals_list
            ]
        )
        for lead in leads.filtered("known_partner_id"):
            lead.partner_id = lead.known_partner_id
        return leads

    def write(self, vals):
        """Who bought, is lost or has another day is no reason to call today."""
        result = super().write(vals)
        if MOVING & vals.keys():
            self.env["sme.suggestion"]._withdraw_causes(
                self.filtered(lambda lead: lead._sme_is_settled())
            )
        return result

    def _sme_is_settled(self):
        today = fields.Date.context_today(self)
        later = self.next_step_date and self.next_step_date > today
        return self.won_status != "pending" or not self.active or bool(later)

    @api.model
    def _sme_visitor_values(self, vals):
        """Fill in what the quick entry does not ask for.

        :param dict vals: of one visitor
        :rtype: dict
        :raises ValidationError: nothing is known of him
        """
        if not any(vals.get(name) for name in TOLD):
            raise ValidationError(
                self.env._(
                    "Nothing is known of this visitor. Enter a name, a phone number, "
                    "what was asked for or why it was not bought."
                )
            )
        vals = dict(vals)
        vals.setdefault("company_id", self.env.company.id)
        if not vals.get("name"):
            vals["name"] = self._sme_visitor_name(vals)
        if vals.get("budget") and not vals.get("expected_revenue"):
            vals["expected_revenue"] = vals["budget"]
        return vals

    @api.model
    def _sme_visitor_name(self, vals):
        commands = vals.get("asked_product_ids") or []
        ids = [
            number
            for command in commands
            for number in ([command[1]] if command[0] == 4 else command[2] or [])
            if isinstance(number, int)
        ]
        products = self.env["product.product"].browse(ids)
        what = ", ".join(products.mapped("name")[:2])
        kinds = dict(self._fields["visit_kind"]._description_selection(self.env))
        who = vals.get("contact_name") or vals.get("phone")
        return " · ".join(filter(None, (who, what or kinds[vals["visit_kind"]])))

    def action_sme_next_visitor(self):
        """Open an empty quick entry; the one before is saved."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_sme.sme_visitor_action_quick"
        ) | {"target": "main"}

    def action_sme_bought(self):
        """The visitor bought after all."""
        self.action_set_won()
        return True

    @api.model
    def _cron_sme_visitors(self):
        """Make leads of large carts and many visits, close those who bought."""
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search([("active", "=", True)])
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            visitor_leads.settle(self.env, company)
            cron._commit_progress(1)

    @api.model
    def _sme_settle_visitors(self, company=None):
        """Make leads of large carts and of many visits; close those who bought.

        :param company: record of ``res.company``; None for all companies
        :return: number of leads that were made or closed
        :rtype: int
        """
        return visitor_leads.settle(self.env, company)

    @api.model
    def _sme_machine_names(self, kind, rows):
        """Names of leads that no person made.

        :param str kind: ``cart`` or ``browse``
        :param list[dict] rows: with ``what``, the goods in the shop's words
        :rtype: list[str]
        """
        text = self.env._("Left a cart") if kind == "cart" else self.env._("Looked at")
        return [
            f"{text}: {row['what'][:NAME_LENGTH]}" if row["what"] else text
            for row in rows
        ]

    @api.model
    def _sme_add_scoring_fields(self):
        """Let segment and kind of visit count for the probability of leads."""
        # As root: the addon's own fields, when it is installed.
        parameters = self.env["ir.config_parameter"].sudo()
        names = (parameters.get_param("crm.pls_fields") or "").split(",")
        wanted = [
            name for name in ("sme_segment_id", "visit_kind") if name not in names
        ]
        if wanted:
            value = ",".join(filter(None, [*names, *wanted]))
            parameters.set_param("crm.pls_fields", value)
