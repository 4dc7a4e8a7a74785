from odoo import api, fields, models
from odoo.tools import html2plaintext

SUMMARY_LENGTH = 120
# What a person says to a person; an answer of this kind settles a question.
TALKS = ("call", "mail", "meeting", "message", "visit")
ASKING = (*TALKS, "review", "complaint", "request")
# Who gives more stars than this asks for nothing.
BAD_RATING = 3

KINDS = [
    ("call", "Call"),
    ("mail", "E-mail"),
    ("meeting", "Meeting"),
    ("message", "Message"),
    ("note", "Note"),
    ("visit", "Visit"),
    ("cart", "Cart"),
    ("order", "Order"),
    ("payment", "Payment"),
    ("refund", "Refund"),
    ("shipment", "Dispatch"),
    ("delivery", "Delivery"),
    ("delivery_exception", "Delivery problem"),
    ("review", "Review"),
    ("complaint", "Complaint"),
    ("survey", "Survey"),
]


class SmeInteraction(models.Model):
    """One thing that customer and company did to each other; never changed later."""

    _name = "sme.interaction"
    _description = "Interaction"
    _order = "date desc, id desc"
    _rec_name = "summary"

    partner_id = fields.Many2one("res.partner", string="Customer", ondelete="cascade")
    lead_id = fields.Many2one("crm.lead", ondelete="set null", index="btree_not_null")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    kind = fields.Selection(KINDS, required=True, default="note")
    direction = fields.Selection(
        [("in", "From the customer"), ("out", "To the customer")], default="out"
    )
    channel = fields.Char()
    source_id = fields.Many2one("sme.source", ondelete="set null", readonly=True)
    external_id = fields.Char(readonly=True)
    version = fields.Char(readonly=True)
    payload_hash = fields.Char(readonly=True)
    customer_external_id = fields.Char(readonly=True)
    product_id = fields.Many2one("product.product", ondelete="set null")
    product_text = fields.Char()
    categ_id = fields.Many2one(related="product_id.categ_id")
    amount = fields.Monetary()
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id
    )
    score = fields.Float(help="Stars of a review (1 to 5), points of a survey.")
    summary = fields.Char(required=True)
    body_text = fields.Text()
    user_id = fields.Many2one(
        "res.users", string="Employee", default=lambda self: self.env.user
    )
    order_id = fields.Many2one("sme.order", ondelete="set null", index="btree_not_null")
    shipment_id = fields.Many2one("sme.shipment", ondelete="set null")
    answered_on = fields.Datetime()
    is_unanswered = fields.Boolean(
        string="Unanswered",
        compute="_compute_is_unanswered",
        search="_search_is_unanswered",
        help="The customer asked or told something and nobody answered yet.",
    )
    response_hours = fields.Float(
        compute="_compute_response_hours",
        store=True,
        aggregator="avg",
        digits=(16, 1),
        help="Hours from the customer's word to the answer.",
    )
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    payload = fields.Json(readonly=True)
    gone_on = fields.Datetime(readonly=True)

    _partner_date_idx = models.Index("(partner_id, date DESC)")
    _key_unique = models.UniqueIndex(
        "(source_id, kind, external_id) WHERE external_id IS NOT NULL"
    )
    _record_unique = models.UniqueIndex(
        "(res_model, res_id) WHERE res_model IN ('mail.activity', 'mail.message')"
    )

    @api.depends("direction", "answered_on", "kind", "source_id", "score")
    def _compute_is_unanswered(self):
        for interaction in self:
            # Who looks at a page of a shop asks nothing, nor does praise.
            is_page = interaction.kind == "visit" and interaction.source_id
            is_praise = interaction.kind == "review" and not (
                0 < interaction.score <= BAD_RATING
            )
            interaction.is_unanswered = (
                interaction.direction == "in"
                and interaction.kind in ASKING
                and not is_page
                and not is_praise
                and not interaction.answered_on
            )

    def _search_is_unanswered(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = fields.Domain(
            [
                ("direction", "=", "in"),
                ("kind", "in", ASKING),
                ("answered_on", "=", False),
                *("|", ("kind", "!=", "visit"), ("source_id", "=", False)),
                *("|", ("kind", "!=", "review")),
                *("&", ("score", ">", 0), ("score", "<=", BAD_RATING)),
            ]
        )
        if set(value) == {True, False}:
            return fields.Domain.TRUE
        return domain if True in value else ~domain

    @api.depends("date", "answered_on", "direction")
    def _compute_response_hours(self):
        for interaction in self:
            hours = False
            if interaction.direction == "in" and interaction.answered_on:
                waited = interaction.answered_on - interaction.date
                hours = max(waited.total_seconds(), 0) / 3600
            interaction.response_hours = hours

    @api.model_create_multi
    def create(self, vals_list):
        """Store what happened; an answer closes what the customer asked before."""
        interactions = super().create(vals_list)
        interactions._close_questions()
        interactions._queue_new_customers()
        return interactions

    def _close_questions(self):
        """Set the date of the answer on earlier open words of the same customer."""
        answers = self.filtered(
            lambda i: i.direction == "out" and i.kind in TALKS and i.partner_id
        )
        if not answers:
            return
        heads = answers.partner_id.commercial_partner_id
        # As root: a question noted by a colleague is answered all the same.
        questions = self.sudo().search(
            [
                ("is_unanswered", "=", True),
                ("partner_id.commercial_partner_id", "in", heads.ids),
                ("date", "<=", max(answers.mapped("date"))),
                *self._questions_meant(),
            ]
        )
        for question in questions:
            head = question.partner_id.commercial_partner_id
            later = answers.filtered(
                lambda a, head=head, asked=question.date: (
                    a.partner_id.commercial_partner_id == head and a.date >= asked
                )
            )
            if later:
                question.answered_on = min(later.mapped("date"))

    def _questions_meant(self):
        """Hook: which questions an answer is about, as a domain; all of them."""
        return []

    def _queue_new_customers(self):
        """Queue who has no row of figures yet: he is a customer from now on."""
        value = self.env["sme.customer.value"]
        for company, interactions in self.grouped("company_id").items():
            heads = interactions.partner_id.commercial_partner_id
            known = value.sudo().search_fetch(  # root: only whether a row is there
                [("partner_id", "in", heads.ids), ("company_id", "=", company.id)],
                ["partner_id"],
            )
            value._touch(heads - known.partner_id, company)

    @api.model
    def _log_activities(self, activities, feedback):
        """Keep done activities of partners and leads; those kept before are left out.

        :param activities: records of ``mail.activity``, read before they are done
        :param str feedback: what the employee wrote when he was done
        :return: the new interactions
        """
        activities = self._logged_activities(activities)
        known = self._known_native("mail.activity", activities.ids)
        vals_list = []
        for activity in activities.filtered(lambda a: a.id not in known):
            record = self.env[activity.res_model].sudo().browse(activity.res_id)
            if not record.exists():
                continue
            text = feedback or html2plaintext(activity.note or "").strip()
            vals_list.append(
                {
                    **self._customer_values(record),
                    "date": fields.Datetime.now(),
                    "kind": self._kind_of_activity(activity),
                    "direction": "out",
                    "channel": activity.activity_type_id.name,
                    "summary": activity.summary or activity.activity_type_id.name,
                    "body_text": text or False,
                    "user_id": (activity.user_id or self.env.user).id,
                    "res_model": "mail.activity",
                    "res_id": activity.id,
                }
            )
        # As root: whoever may finish the activity leaves its trace.
        return self.sudo().create(vals_list) if vals_list else self.browse()

    @api.model
    def _logged_activities(self, activities):
        """Which activities are between customer and company."""
        return activities.filtered(lambda a: a.res_model in ("res.partner", "crm.lead"))

    @api.model
    def _log_message(self, record, message):
        """Keep a message between a person of ours and the customer.

        Notes, and talks among colleagues in the chatter, are none.

        :param record: one partner, lead or case
        :param message: record of ``mail.message`` just posted on it
        """
        comment = self.env.ref("mail.mt_comment", raise_if_not_found=False)
        if (
            message.message_type not in ("comment", "email", "email_outgoing")
            or message.subtype_id != comment
            or self._known_native("mail.message", message.ids)
        ):
            return
        values = self._customer_values(record.sudo())
        author = message.sudo().author_id  # root: the author may be of another company
        is_ours = author and not author.partner_share
        if is_ours and not self._reaches_customer(record, message):
            return
        text = html2plaintext(message.body or "").strip()
        first_line = next(iter(text.splitlines()), "")
        user = author.user_ids[:1] if is_ours else record.sudo().user_id
        self.sudo().create(  # root: portal customers write, too
            {
                **values,
                "date": message.date,
                "kind": "mail",
                "direction": "out" if is_ours else "in",
                "channel": "email",
                "summary": (message.subject or first_line or record.display_name)[
                    :SUMMARY_LENGTH
                ],
                "body_text": text or False,
                "user_id": user.id,
                "res_model": "mail.message",
                "res_id": message.id,
            }
        )

    @api.model
    def _reaches_customer(self, record, message):
        """Whether the customer, or somebody of his company, is among the recipients."""
        partner = record if record._name == "res.partner" else record.partner_id
        recipients = message.sudo().partner_ids.commercial_partner_id
        return bool(partner.sudo().commercial_partner_id & recipients)

    @api.model
    def _customer_values(self, record):
        """Customer, lead and company of a partner, a lead or a case."""
        is_partner = record._name == "res.partner"
        return {
            "partner_id": (record if is_partner else record.partner_id).id,
            "lead_id": record.id if record._name == "crm.lead" else False,
            "company_id": (record.company_id or self.env.company).id,
        }

    @api.model
    def _kind_of_activity(self, activity):
        kinds = {"phonecall": "call", "meeting": "meeting"}
        email = self.env.ref("mail.mail_activity_data_email", raise_if_not_found=False)
        if email and activity.activity_type_id == email:
            return "mail"
        return kinds.get(activity.activity_category, "note")

    @api.model
    def _known_native(self, model, native_ids):
        """Ids of the records that are kept already.

        :rtype: set[int]
        """
        kept = self.sudo().search_fetch(  # root: kept is kept, whoever may see it
            [("res_model", "=", model), ("res_id", "in", native_ids)], ["res_id"]
        )
        return set(kept.mapped("res_id"))
