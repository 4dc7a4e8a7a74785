from odoo import api, fields, models

from ..metrics import suggestion_rows

KINDS = [
    ("promise", "Promise"),
    ("complaint", "Complaint"),
    ("unanswered", "Unanswered"),
    ("visitor", "Visitor"),
    ("care", "Care step"),
    ("fading", "Fading"),
    ("next_order", "Next order due"),
    ("data_gap", "Data gap"),
]


class SmeSuggestion(models.Model):
    """One line of somebody's call list of today: whom to call, why, with which words.

    Rebuilt every night by ``metrics/suggestions.py``; other parts add their own with
    ``_suggest``. What was done, dropped or snoozed stays so: the key is the occasion,
    and an occasion is suggested once.
    """

    _name = "sme.suggestion"
    _description = "Suggestion"
    _order = "score desc, due, id"

    user_id = fields.Many2one(
        "res.users", string="Responsible", index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index="btree_not_null", ondelete="cascade"
    )
    lead_id = fields.Many2one("crm.lead", index="btree_not_null", ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(KINDS, required=True)
    reason = fields.Char(
        required=True, help="Why to call today, in the language of who is to call."
    )
    expected_value = fields.Monetary(
        help="Revenue that is at stake: what a good talk may bring or save."
    )
    score = fields.Float(
        string="Rank",
        aggregator=None,
        help="The list is sorted by it: expected value times urgency.",
    )
    script = fields.Text(string="What to Say")
    best_hour = fields.Integer(
        aggregator=None,
        help="Hour of the company's day (8 to 20) in which the customer himself "
        "ordered or could be reached most often; 0: not known.",
    )
    due = fields.Date(default=fields.Date.context_today)
    state = fields.Selection(
        [
            ("open", "To do"),
            ("snoozed", "Snoozed"),
            ("done", "Done"),
            ("dropped", "Dropped"),
        ],
        required=True,
        default="open",
    )
    snooze_until = fields.Date()
    settled_on = fields.Datetime(readonly=True)
    key = fields.Char(
        required=True,
        readonly=True,
        help="The occasion; the same one is never suggested twice.",
    )
    res_model = fields.Char(string="Model of the Cause", readonly=True)
    res_id = fields.Many2oneReference(
        string="Cause", model_field="res_model", readonly=True
    )

    _key_unique = models.Constraint(
        "UNIQUE(company_id, key)", "An occasion is suggested once."
    )
    _open_idx = models.Index(
        "(company_id, user_id, score DESC) WHERE state IN ('open', 'snoozed')"
    )
    _cause_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    @api.depends("partner_id", "lead_id", "reason")
    def _compute_display_name(self):
        for suggestion in self:
            suggestion.display_name = (
                suggestion.partner_id.display_name
                or suggestion.lead_id.display_name
                or suggestion.reason
            )

    @api.model
    def _suggest(self, vals_list):
        """Add suggestions; a key that is there already is brought up to date.

        Done, dropped and snoozed ones stay as they are.

        The kinds that the nightly build makes are its own; others use ``care``.

        :param list[dict] vals_list: each with ``key`` (the occasion, e.g.
            ``care:7:123``), ``kind`` and ``reason``; with ``partner_id`` or
            ``lead_id``; maybe ``company_id`` (else the present one), ``user_id``
            (else the customer's salesperson), ``expected_value``, ``script``,
            ``best_hour``, ``due`` (else today), ``score`` (else by value and kind),
            ``res_model`` and ``res_id`` (the record that caused it)
        :return: number of rows that were written
        :rtype: int
        """
        return suggestion_rows.store(self.env, vals_list)

    @api.model
    def _withdraw(self, keys, company=None):
        """Take suggestions back whose reason is gone; what was done stays.

        :param list[str] keys: occasions
        :param company: record of ``res.company``; None for the present one
        """
        company = company or self.env.company
        # As root: the reason is gone for whoever was to call.
        self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("key", "in", list(keys)),
                ("state", "in", ("open", "snoozed")),
            ]
        ).unlink()
