from markupsafe import Markup, escape

from odoo import Command, api, fields, models

from ..metrics import care_preview
from ..models.care_choices import SKIP_REASONS
from ..tools.care_text import fill_text, parse_text, paths_of

OUTCOMES = [
    ("now", "Gets it now"),
    ("later", "Gets it after quiet hours"),
    ("skipped", "Gets nothing"),
    ("holdout", "Held out to compare"),
]
AHEAD = [("0", "Today"), ("7", "In the next 7 days"), ("30", "In the next 30 days")]


class SmeCarePreview(models.TransientModel):
    """Dry run of a plan: who would get what, when, and why not. Nothing is sent."""

    _name = "sme.care.preview"
    _description = "Dry Run of a Care Plan"

    plan_id = fields.Many2one("sme.care.plan", required=True, ondelete="cascade")
    plan_state = fields.Selection(related="plan_id.state")
    ahead = fields.Selection(AHEAD, string="Who Begins", required=True, default="0")
    problems = fields.Text(compute="_compute_problems")
    line_ids = fields.One2many("sme.care.preview.line", "preview_id", readonly=True)
    count_now = fields.Integer(string="Get It Now", readonly=True)
    count_later = fields.Integer(string="Later Today", readonly=True)
    count_skipped = fields.Integer(string="Get Nothing", readonly=True)
    count_holdout = fields.Integer(string="Held Out", readonly=True)
    count_outside = fields.Integer(
        string="Not Meant",
        readonly=True,
        help="Have the occasion, but are not in the audience or in the plan already.",
    )
    reasons = fields.Text(string="Why Not", readonly=True)
    timeline = fields.Html(compute="_compute_timeline")

    @api.depends("plan_id")
    def _compute_problems(self):
        for preview in self:
            preview.problems = "\n".join(preview.plan_id._problems())

    @api.depends("plan_id")
    def _compute_timeline(self):
        for preview in self:
            items = Markup().join(
                Markup("<li><b>{}</b> {}: {}</li>").format(
                    step.when_text, step.name, step.channel_text
                )
                for step in preview.plan_id._ordered_steps()
            )
            preview.timeline = Markup("<ol>{}</ol>").format(items)

    @api.onchange("ahead")
    def _onchange_ahead(self):
        self._look()

    def _look(self):
        """Judge everybody and show what came out."""
        plan = self.plan_id
        self.line_ids = [Command.clear()]
        if not plan.step_ids:
            return
        found = care_preview.preview(self.env, plan, int(self.ahead or 0))
        totals = dict.fromkeys(dict(OUTCOMES), 0)
        for row in found["counts"]:
            totals[row["outcome"]] += row["customers"]
        self.count_now = totals["now"]
        self.count_later = totals["later"]
        self.count_skipped = totals["skipped"]
        self.count_holdout = totals["holdout"]
        self.count_outside = max(found["occasions"] - sum(totals.values()), 0)
        self.reasons = self._reasons_text(found["counts"])
        visible = self._visible_partners(found["rows"])
        self.line_ids = [
            Command.create(
                {
                    "partner_id": row["partner_id"],
                    "outcome": row["outcome"],
                    "skip_reason": row["reason"],
                    "date": row["quiet_until"] or fields.Datetime.now(),
                }
            )
            for row in found["rows"]
            if row["partner_id"] in visible
        ]

    def _visible_partners(self, rows):
        """Those whom the user may see; the counts are of all."""
        partners = self.env["res.partner"].browse(row["partner_id"] for row in rows)
        return set(partners._filtered_access("read").ids)

    def _reasons_text(self, counts):
        names = dict(
            self.env["sme.care.touch"]
            ._fields["skip_reason"]
            ._description_selection(self.env)
        )
        return "\n".join(
            f"{row['customers']} × {names[row['reason']]}"
            for row in counts
            if row["reason"]
        )

    def action_start(self):
        """Start the plan that was looked at."""
        self.ensure_one()
        self.plan_id.action_start()
        return {"type": "ir.actions.act_window_close"}


class SmeCarePreviewLine(models.TransientModel):
    """What a customer would get, with the words as he would read them."""

    _name = "sme.care.preview.line"
    _description = "Customer in a Dry Run"

    preview_id = fields.Many2one(
        "sme.care.preview", required=True, ondelete="cascade", index=True
    )
    partner_id = fields.Many2one("res.partner", string="Customer", ondelete="cascade")
    outcome = fields.Selection(OUTCOMES, string="What Happens")
    skip_reason = fields.Selection(SKIP_REASONS, string="Because")
    date = fields.Datetime(string="When")
    subject = fields.Char(string="Reads", compute="_compute_words")
    body = fields.Html(string="Message", compute="_compute_words", sanitize=False)

    @api.depends("partner_id", "preview_id.plan_id")
    def _compute_words(self):
        for line in self:
            step = line.preview_id.plan_id._ordered_steps()[:1]
            partner = line.partner_id
            content = step._content_for(partner.customer_kind_id).with_context(
                lang=partner.lang or self.env.lang
            )
            line.subject = line._filled(content, "subject") or step.name
            if step.channel in ("mail", "coupon"):
                line.body = line._filled(content, "body_html", escape)
            else:
                name = "sms_text" if step.channel == "sms" else "script"
                line.body = Markup("<p>{}</p>").format(line._filled(content, name))

    def _filled(self, content, name, escape_word=str):
        """A text with the customer's words in it.

        :rtype: str
        """
        if not content or not self.partner_id:
            return ""
        pieces = parse_text(content[name])
        words = {
            **content._company_words(self.preview_id.plan_id.company_id),
            **content._customer_words(self.partner_id, paths_of(pieces))[
                self.partner_id.id
            ],
        }
        return fill_text(pieces, words, escape_word)
