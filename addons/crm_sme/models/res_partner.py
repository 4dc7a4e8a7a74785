from odoo import api, fields, models
from odoo.tools import Query

from ..metrics import partner_counts
from .sme_shipment import OPEN_PARCELS, PARCELS

STAFF = "base.group_user"
RECENT = 10
# Fields that count records of the customer and his contacts: model and domain.
COUNTED = {
    "sme_interaction_count": ("sme.interaction", []),
    "sme_order_count": ("sme.order", [("kind", "=", "order")]),
    "sme_open_shipment_count": ("sme.shipment", OPEN_PARCELS),
}


class ResPartner(models.Model):
    """What a person edits of a customer, and the way to what the machine found out.

    Every field carries ``groups``: portal users read their own partner. Figures are
    those of the present company; contacts show their company's.
    """

    _inherit = "res.partner"

    lifecycle_stage_id = fields.Many2one(
        "sme.lifecycle.stage",
        string="Lifecycle",
        groups=STAFF,
        tracking=True,
        group_expand="_read_group_expand_full",
    )
    lifecycle_locked = fields.Boolean(
        groups=STAFF, help="The stage was set by hand and stays."
    )
    date_last_stage_update = fields.Datetime(
        string="In This Stage Since", groups=STAFF, readonly=True, copy=False
    )
    character_note = fields.Html(
        groups=STAFF, help="What is good to know of this customer's ways."
    )
    sme_value_ids = fields.One2many(
        "sme.customer.value", "partner_id", string="Customer Values", groups=STAFF
    )
    sme_interaction_ids = fields.One2many(
        "sme.interaction", "partner_id", string="Interactions", groups=STAFF
    )
    sme_order_ids = fields.One2many(
        "sme.order", "partner_id", string="Shop Orders", groups=STAFF
    )
    sme_shipment_ids = fields.One2many(
        "sme.shipment",
        "partner_id",
        string="Shipments",
        domain=PARCELS,
        groups=STAFF,
    )

    sme_value_id = fields.Many2one(
        "sme.customer.value",
        string="Customer Value",
        compute="_compute_sme_value_id",
        # With the user's rights all the same; so related fields share the answer.
        compute_sudo=True,
        search="_search_sme_value_id",
        groups=STAFF,
    )
    sme_currency_id = fields.Many2one(
        related="sme_value_id.currency_id",
        string="Currency of the Figures",
        groups=STAFF,
    )
    sme_fade_state = fields.Selection(related="sme_value_id.fade_state", groups=STAFF)
    sme_fade_since = fields.Date(related="sme_value_id.fade_since", groups=STAFF)
    sme_fade_reason = fields.Char(related="sme_value_id.fade_reason", groups=STAFF)
    sme_overdue_ratio = fields.Float(related="sme_value_id.overdue_ratio", groups=STAFF)
    sme_mean_gap_days = fields.Float(related="sme_value_id.mean_gap_days", groups=STAFF)
    sme_next_order_date = fields.Date(
        related="sme_value_id.next_order_date", groups=STAFF
    )
    sme_first_order_date = fields.Date(
        related="sme_value_id.first_order_date", groups=STAFF
    )
    sme_last_order_date = fields.Date(
        related="sme_value_id.last_order_date", groups=STAFF
    )
    sme_value_order_count = fields.Integer(
        related="sme_value_id.order_count", string="Counted Orders", groups=STAFF
    )
    sme_revenue = fields.Monetary(
        related="sme_value_id.revenue", currency_field="sme_currency_id", groups=STAFF
    )
    sme_revenue_12m = fields.Monetary(
        related="sme_value_id.revenue_12m",
        currency_field="sme_currency_id",
        groups=STAFF,
    )
    sme_margin_12m = fields.Monetary(
        related="sme_value_id.margin_12m",
        currency_field="sme_currency_id",
        groups=STAFF,
    )
    sme_aov = fields.Monetary(
        related="sme_value_id.aov", currency_field="sme_currency_id", groups=STAFF
    )
    sme_refund_rate = fields.Float(related="sme_value_id.refund_rate", groups=STAFF)
    sme_rfm_code = fields.Char(related="sme_value_id.rfm_code", groups=STAFF)

    sme_interaction_count = fields.Integer(
        string="Number of Interactions", compute="_compute_sme_counts", groups=STAFF
    )
    sme_order_count = fields.Integer(
        string="Number of Shop Orders", compute="_compute_sme_counts", groups=STAFF
    )
    sme_open_shipment_count = fields.Integer(
        string="Number of Open Shipments", compute="_compute_sme_counts", groups=STAFF
    )
    sme_last_interaction_ids = fields.One2many(
        "sme.interaction",
        string="Last Interactions",
        compute="_compute_sme_recent",
        groups=STAFF,
    )
    sme_last_order_ids = fields.One2many(
        "sme.order",
        string="Last Shop Orders",
        compute="_compute_sme_recent",
        groups=STAFF,
    )
    sme_open_shipment_ids = fields.One2many(
        "sme.shipment",
        string="Open Shipments",
        compute="_compute_sme_recent",
        groups=STAFF,
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_sme_value_id(self):
        rows = self.env["sme.customer.value"]
        readable = self._sme_readable("sme.customer.value")
        if readable is not None:
            rows = readable.search(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("company_id", "=", self.env.company.id),
                ]
            )
        row_of = {row.partner_id.id: row.id for row in rows}
        for partner in self:
            partner.sme_value_id = row_of.get(partner.commercial_partner_id.id)

    def _search_sme_value_id(self, operator, value):
        if operator in ("any", "any!"):
            wanted = fields.Domain(value)
        elif operator == "in" and (isinstance(value, Query) or False not in value):
            wanted = fields.Domain("id", "in", value)
        else:
            return NotImplemented
        rows = self.env["sme.customer.value"]._search(
            wanted & fields.Domain("company_id", "=", self.env.company.id)
        )
        return [("commercial_partner_id.sme_value_ids", "in", rows)]

    @api.depends("commercial_partner_id")
    @api.depends_context("allowed_company_ids", "uid")
    def _compute_sme_counts(self):
        self._sme_fill_counts(COUNTED)

    @api.depends("commercial_partner_id")
    @api.depends_context("allowed_company_ids", "uid")
    def _compute_sme_recent(self):
        # One limited index scan a customer: only a form, so one customer, asks for it.
        # What was counted beside it is not looked for where there is none.
        interactions = self.filtered("sme_interaction_count")
        shipments = self.filtered("sme_open_shipment_count")
        (self - interactions).sme_last_interaction_ids = False
        (self - shipments).sme_open_shipment_ids = False
        for partner in interactions:
            partner.sme_last_interaction_ids = partner._sme_recent(
                "sme.interaction", []
            )
        for partner in shipments:
            partner.sme_open_shipment_ids = partner._sme_recent(
                "sme.shipment", OPEN_PARCELS
            )
        for partner in self:
            partner.sme_last_order_ids = partner._sme_recent("sme.order", [])

    def _compute_application_statistics_hook(self):
        data_list = super()._compute_application_statistics_hook()
        if not self.env.user.has_group("crm_sme.crm_sme_group_user"):
            return data_list
        for partner in self.filtered("sme_order_count"):
            data_list[partner.id].append(
                {
                    "iconClass": "fa-shopping-cart",
                    "value": partner.sme_order_count,
                    "label": self.env._("Shop Orders"),
                    "tagClass": "o_tag_color_4",
                }
            )
        return data_list

    @api.model
    def _synced_commercial_fields(self):
        return [
            *super()._synced_commercial_fields(),
            "lifecycle_stage_id",
            "lifecycle_locked",
        ]

    @api.model_create_multi
    def create(self, vals_list):
        now = {"date_last_stage_update": fields.Datetime.now()}
        return super().create(
            [
                {**now, **vals} if vals.get("lifecycle_stage_id") else vals
                for vals in vals_list
            ]
        )

    def write(self, vals):
        """Date a change of stage, keep one made by hand, follow the family's head."""
        moved = self.browse()
        if "lifecycle_stage_id" in vals:
            stage = self.env["sme.lifecycle.stage"].browse(vals["lifecycle_stage_id"])
            moved = self.filtered(lambda p: p.lifecycle_stage_id != stage)
            vals = self._sme_stage_values(vals, stage)
        is_family = bool(vals.keys() & {"parent_id", "is_company", "active"})
        heads = self.commercial_partner_id if is_family else self.browse()
        result = super().write(vals)
        if moved and "date_last_stage_update" not in vals:
            super(ResPartner, moved).write(
                {"date_last_stage_update": fields.Datetime.now()}
            )
        if is_family:
            heads = (heads | self.commercial_partner_id).exists()
            self.env["sme.customer.value"]._touch(heads)
        return result

    def _sme_stage_values(self, vals, stage):
        """Lock a stage that a person gives to somebody who has bought.

        Otherwise the next refresh would move the customer back.

        :param dict vals: values to write
        :param stage: record of ``sme.lifecycle.stage``, maybe empty
        :return: values to write
        :rtype: dict
        """
        if self.env.su or "lifecycle_locked" in vals or not stage:
            return vals
        # As root: rows of all companies count in the refresh, too.
        bought = (
            self.env["sme.customer.value"]
            .sudo()
            .search_count(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("fade_state", "!=", "none"),
                ],
                limit=1,
            )
        )
        return {**vals, "lifecycle_locked": True} if bought else vals

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        self.env["sme.interaction"]._log_message(self, message)
        return result

    def action_view_sme_interactions(self):
        """Open the interactions with the customer and his contacts."""
        return self._sme_window(
            "sme.interaction", self.env._("Interactions"), "list,calendar,pivot,form"
        ) | {"context": {"default_partner_id": self.id}}

    def action_view_sme_orders(self):
        """Open the shop orders of the customer and his contacts."""
        return self._sme_window(
            "sme.order", self.env._("Shop Orders"), "list,pivot,graph,form"
        )

    def action_view_sme_shipments(self):
        """Open the shipments that are still under way."""
        window = self._sme_window("sme.shipment", self.env._("Open Shipments"))
        window["domain"].extend(OPEN_PARCELS)
        return window

    def action_view_sme_value(self):
        """Open the customer's sales, from Odoo and from shops, month by month."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sales Analysis"),
            "res_model": "sale.report",
            "view_mode": "graph,pivot,list,form",
            "domain": [
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
                ("state", "not in", ("draft", "sent", "cancel")),
            ],
            "context": {"group_by": ["date:month"]},
        }

    def _sme_window(self, model, name, view_mode="list,form"):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "view_mode": view_mode,
            "domain": self._sme_family_domain(),
        }

    def _sme_family_domain(self):
        """Records of the customer and his contacts.

        :rtype: list
        """
        heads = self.commercial_partner_id.ids
        return [("partner_id.commercial_partner_id", "in", heads)]

    def _sme_readable(self, model):
        """The model as the user sees it, also while a related field computes as root.

        :return: None if the user may not read it
        """
        records = self.env[model].with_user(self.env.uid)
        return records if records.has_access("read") else None

    def _sme_fill_counts(self, wanted):
        """Count records of each customer and his contacts, all kinds in one query.

        :param dict wanted: model and domain by the field that takes the number
        """
        counts = partner_counts.count(
            self.env,
            self.commercial_partner_id.ids,
            {
                name: (self._sme_readable(model), domain)
                for name, (model, domain) in wanted.items()
            },
        )
        for partner in self:
            for name, of_customer in counts.items():
                partner[name] = of_customer.get(partner.commercial_partner_id.id, 0)

    def _sme_recent(self, model, domain):
        """The latest records of one customer and his contacts, in the model's order."""
        readable = self._sme_readable(model)
        if readable is None or not self.ids:
            return self.env[model]
        return readable.search(self._sme_family_domain() + domain, limit=RECENT)
