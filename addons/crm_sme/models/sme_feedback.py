from datetime import timedelta

from odoo import api, fields, models

from .sme_feedback_cause import DEPARTMENTS

KINDS = [
    ("complaint", "Complaint"),
    ("request", "Request"),
    ("suggestion", "Suggestion"),
    ("praise", "Praise"),
]
SEVERITIES = [
    ("0", "Low"),
    ("1", "Normal"),
    ("2", "High"),
    ("3", "Critical"),
]
ORIGINS = [
    ("manual", "Entered by hand"),
    ("mail", "E-mail"),
    ("review", "Bad review"),
    ("delivery", "Delivery problem"),
    ("portal", "Customer portal"),
]


class SmeFeedback(models.Model):
    """A complaint, request, suggestion or praise, from its arrival to its end."""

    _name = "sme.feedback"
    _description = "Customer Feedback"
    _inherit = [
        "portal.mixin",
        "rating.mixin",
        "mail.thread.cc",
        "mail.activity.mixin",
        "mail.tracking.duration.mixin",
    ]
    _order = "is_open desc, severity desc, deadline, id desc"
    _mail_post_access = "read"
    _primary_email = "email_from"
    _track_duration_field = "stage_id"

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    summary = fields.Char(string="What Happened", required=True, tracking=True)
    description = fields.Html(string="In the Customer's Words")
    kind = fields.Selection(
        KINDS, required=True, default="complaint", tracking=True, index=True
    )
    origin = fields.Selection(
        ORIGINS, required=True, default="manual", readonly=True, copy=False
    )
    partner_id = fields.Many2one(
        "res.partner", string="Customer", index=True, tracking=True, ondelete="restrict"
    )
    email_from = fields.Char(
        string="E-mail",
        compute="_compute_email_from",
        store=True,
        readonly=False,
        help="Where answers go while no customer is set.",
    )
    phone = fields.Char(related="partner_id.phone")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    team_id = fields.Many2one(
        "sme.feedback.team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        index=True,
        tracking=True,
        domain="[('company_id', 'in', [company_id, False])]",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        index=True,
        tracking=True,
        domain=[("share", "=", False)],
    )
    stage_id = fields.Many2one(
        "sme.feedback.stage",
        default=lambda self: self._first_stage(),
        required=True,
        index=True,
        tracking=True,
        copy=False,
        group_expand="_read_group_expand_full",
        ondelete="restrict",
    )
    is_open = fields.Boolean(compute="_compute_is_open", store=True, index=True)
    date_last_stage_update = fields.Datetime(
        string="In This Stage Since",
        default=fields.Datetime.now,
        readonly=True,
        copy=False,
    )
    severity = fields.Selection(
        SEVERITIES, required=True, default="1", tracking=True, index=True
    )
    date = fields.Datetime(
        string="Received On", required=True, default=fields.Datetime.now, copy=False
    )
    deadline = fields.Datetime(
        compute="_compute_deadline",
        store=True,
        readonly=False,
        tracking=True,
        copy=False,
        help="By the severity and the hours of the team; it can be moved.",
    )
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )
    escalated_on = fields.Datetime(readonly=True, copy=False)
    first_response_on = fields.Datetime(
        string="First Answer", readonly=True, copy=False
    )
    closed_on = fields.Datetime(string="Settled On", readonly=True, copy=False)
    reopened_count = fields.Integer(
        string="Reopened", default=0, readonly=True, copy=False
    )

    cause_id = fields.Many2one(
        "sme.feedback.cause", index="btree_not_null", tracking=True
    )
    department = fields.Selection(
        DEPARTMENTS,
        compute="_compute_department",
        store=True,
        readonly=False,
        help="Who can mend the cause.",
    )
    product_id = fields.Many2one("product.product", index="btree_not_null")
    vendor_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        compute="_compute_vendor_id",
        store=True,
        readonly=False,
        help="The main vendor of the product.",
    )
    order_id = fields.Many2one(
        "sme.order",
        string="Shop Order",
        index="btree_not_null",
        ondelete="set null",
        domain="[('kind', '=', 'order'), ('partner_id', 'child_of', partner_id)]",
    )
    sale_order_id = fields.Many2one(
        "sale.order", index="btree_not_null", ondelete="set null"
    )
    shipment_id = fields.Many2one(
        "sme.shipment", index="btree_not_null", ondelete="set null"
    )
    carrier = fields.Char(compute="_compute_carrier", store=True, readonly=False)
    interaction_id = fields.Many2one(
        "sme.interaction",
        string="Made from",
        ondelete="set null",
        readonly=True,
        copy=False,
        help="The review, call or message that this case was made from.",
    )
    source_id = fields.Many2one(
        "sme.source", ondelete="set null", readonly=True, copy=False
    )
    external_id = fields.Char(readonly=True, copy=False)

    solution = fields.Html(
        help="What was done and promised; it helps the next colleague, too."
    )
    compensation_amount = fields.Monetary(string="Compensation", tracking=True)
    adopted = fields.Boolean(
        tracking=True,
        help="The company did what the customer suggested; then its points count for "
        "his learning value.",
    )
    learning_points = fields.Integer(
        compute="_compute_learning_points",
        store=True,
        readonly=False,
        tracking=True,
        help="How much was learned from it: 1 a hint, 3 a better process, 10 a new "
        "product.",
    )

    _interaction_unique = models.UniqueIndex(
        "(interaction_id) WHERE interaction_id IS NOT NULL"
    )
    _key_unique = models.UniqueIndex(
        "(source_id, origin, external_id) WHERE external_id IS NOT NULL"
    )
    _open_idx = models.Index("(company_id, deadline) WHERE is_open")
    _company_date_idx = models.Index("(company_id, date)")

    @api.depends("name", "summary")
    def _compute_display_name(self):
        for feedback in self:
            parts = (feedback.name != "/" and feedback.name, feedback.summary)
            feedback.display_name = " · ".join(filter(None, parts))

    @api.depends("partner_id")
    def _compute_email_from(self):
        for feedback in self:
            feedback.email_from = feedback.partner_id.email or feedback.email_from

    @api.depends("company_id")
    def _compute_team_id(self):
        for feedback in self:
            company = feedback.company_id
            if feedback.team_id and feedback.team_id.company_id in (
                company,
                company.browse(),
            ):
                continue
            feedback.team_id = feedback.team_id._default_team(company, self.env.user)

    @api.depends("stage_id.is_closed")
    def _compute_is_open(self):
        for feedback in self:
            feedback.is_open = not feedback.stage_id.is_closed

    @api.depends("severity", "date", "team_id")
    def _compute_deadline(self):
        for feedback in self:
            hours = feedback.team_id._deadline_hours(feedback.severity)
            start = feedback.date or fields.Datetime.now()
            feedback.deadline = start + timedelta(hours=hours)

    @api.depends("is_open", "deadline")
    def _compute_is_overdue(self):
        now = fields.Datetime.now()
        for feedback in self:
            feedback.is_overdue = bool(
                feedback.is_open and feedback.deadline and feedback.deadline < now
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = fields.Domain("is_open", "=", True) & fields.Domain(
            "deadline", "<", fields.Datetime.now()
        )
        if set(value) == {True, False}:
            return fields.Domain.TRUE
        return late if True in value else ~late

    @api.depends("cause_id")
    def _compute_department(self):
        for feedback in self:
            feedback.department = feedback.cause_id.department or feedback.department

    @api.depends("product_id")
    def _compute_vendor_id(self):
        for feedback in self:
            # As root: who serves customers need not see what the goods cost.
            sellers = feedback.product_id.sudo().seller_ids.filtered(
                lambda seller, company=feedback.company_id: (
                    seller.company_id in (company, company.browse())
                )
            )
            feedback.vendor_id = (
                sellers[:1].partner_id.commercial_partner_id or feedback.vendor_id
            )

    @api.depends("adopted")
    def _compute_learning_points(self):
        for feedback in self:
            if feedback.adopted and not feedback.learning_points:
                feedback.learning_points = 1

    @api.depends("shipment_id")
    def _compute_carrier(self):
        for feedback in self:
            shipment = feedback.shipment_id.sudo()  # the rules show own customers' only
            feedback.carrier = shipment.carrier or feedback.carrier

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for feedback in self:
            feedback.access_url = f"/my/feedback/{feedback.id}"
        return result

    @api.model
    def _first_stage(self, *, closed=False):
        """The stage where cases begin, or the one where they end."""
        return self.env["sme.feedback.stage"].search(
            [("is_closed", "=", closed), ("is_refused", "=", False)], limit=1
        )

    @api.model_create_multi
    def create(self, vals_list):
        """Number the cases and give each to somebody."""
        sequence = self.env["ir.sequence"]
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = sequence.next_by_code("sme.feedback") or "/"
        cases = super().create(vals_list)
        for feedback in cases.filtered(lambda each: not each.user_id):
            feedback.user_id = feedback._proposed_user()
        return cases

    def _proposed_user(self):
        """The customer's salesperson if he is of the team, else the team's leader."""
        self.ensure_one()
        seller = self.partner_id.commercial_partner_id.user_id
        team = self.team_id
        return seller if seller in team.member_ids else team.user_id

    def _open_form(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "name": self.display_name,
        }
