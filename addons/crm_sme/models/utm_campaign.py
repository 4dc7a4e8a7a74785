from odoo import api, fields, models
from odoo.exceptions import ValidationError

USER = "crm_sme.crm_sme_group_user"
GOALS = [
    ("acquire", "Win new customers"),
    ("again", "Let customers buy again"),
    ("win_back", "Win customers back"),
    ("more", "Sell other goods"),
    ("launch", "Launch a product"),
    ("known", "Become better known"),
]
ATTRIBUTIONS = [
    ("named", "Only orders that name the campaign"),
    ("clicked", "Also customers who clicked or answered"),
    ("reached", "Also all who got a mailing"),
]


class UtmCampaign(models.Model):
    """What a campaign shall reach, what it cost, and what came of it.

    Revenue and margin are those of orders, of shops and of Odoo, never of invoices.
    """

    _name = "utm.campaign"
    _inherit = ["utm.campaign", "mail.thread", "mail.activity.mixin"]

    # As root: the form asks for them, and not all who use it may see mailings.
    mailing_mail_count = fields.Integer(compute_sudo=True)
    ab_testing_mailings_count = fields.Integer(compute_sudo=True)

    goal = fields.Selection(GOALS, tracking=True)
    goal_note = fields.Text(
        string="What It Shall Reach",
        help="In your own words, so that it can be judged.",
    )
    segment_id = fields.Many2one(
        "sme.segment",
        string="For the Segment",
        ondelete="set null",
        groups=USER,
        help="Whom the campaign is for; empty: everybody.",
    )
    date_start = fields.Date(string="Start", tracking=True)
    date_end = fields.Date(string="End", tracking=True)
    attribution = fields.Selection(
        ATTRIBUTIONS,
        string="What Counts",
        required=True,
        default="clicked",
        help="Orders that name the campaign or use one of its coupons always count. "
        "An order counts for one campaign only: for the one it names, else for the "
        "latest one that the customer had contact with.",
    )
    attribution_days = fields.Integer(
        string="Days after a Contact",
        default=14,
        help="An order counts for this many days after the click, answer or care.",
    )
    coupon_codes = fields.Char(
        string="Coupons", help="Codes of this campaign, separated by commas."
    )

    planned_leads = fields.Integer()
    planned_orders = fields.Integer()
    planned_customers = fields.Integer(string="Planned New Customers")
    planned_revenue = fields.Monetary(groups=USER)
    planned_margin = fields.Monetary(groups=USER)
    budget = fields.Monetary(groups=USER, tracking=True)

    cost_ids = fields.One2many(
        "sme.campaign.cost", "campaign_id", string="Costs", groups=USER
    )
    acquisition_cost_ids = fields.One2many(
        "sme.acquisition.cost",
        "campaign_id",
        string="Costs to Win Customers",
        groups="crm_sme.crm_sme_group_officer",
    )
    incident_ids = fields.One2many(
        "sme.campaign.incident", "campaign_id", string="Incidents", groups=USER
    )
    open_incident_count = fields.Integer(
        string="Open Incidents",
        compute="_compute_open_incident_count",
        store=True,
        compute_sudo=True,
    )
    care_plan_ids = fields.One2many(
        "sme.care.plan", "campaign_id", string="Care Plans", groups=USER
    )
    sale_ids = fields.One2many(
        "sme.campaign.sale", "campaign_id", string="Sales of the Campaign", groups=USER
    )

    _segment_idx = models.Index("(segment_id) WHERE segment_id IS NOT NULL")

    @api.depends("incident_ids.state")
    def _compute_open_incident_count(self):
        counts = dict(
            self.env["sme.campaign.incident"]._read_group(
                [("campaign_id", "in", self.ids), ("state", "=", "open")],
                ["campaign_id"],
                ["__count"],
            )
        )
        for campaign in self:
            campaign.open_incident_count = counts.get(campaign._origin, 0)

    @api.constrains("date_start", "date_end")
    def _check_dates(self):
        for campaign in self:
            if (
                campaign.date_start
                and campaign.date_end
                and campaign.date_end < campaign.date_start
            ):
                raise ValidationError(
                    self.env._(
                        "The campaign “%(name)s” ends before it starts: put the end on "
                        "the day of the start or later.",
                        name=campaign.title,
                    )
                )

    @api.constrains("attribution_days")
    def _check_attribution_days(self):
        if any(not 0 <= campaign.attribution_days <= 365 for campaign in self):
            raise ValidationError(
                self.env._(
                    "The days after a contact are 0 to 365. With 0 only orders of the "
                    "same day count."
                )
            )
