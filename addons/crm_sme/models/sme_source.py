from datetime import timedelta

from odoo import api, fields, models

HEALTH = [
    ("never", "Never read"),
    ("ok", "Up to date"),
    ("late", "Late"),
    ("failed", "Failing"),
    ("credentials", "Needs New Credentials"),
]
# Health that somebody is told of by an activity.
TROUBLE = ("late", "failed", "credentials")


class SmeSource(models.Model):
    """A shop, carrier or file feed that the agent reads; it stands for one account."""

    _name = "sme.source"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Data Source"
    _order = "sequence, name, id"

    name = fields.Char(required=True)
    code = fields.Char(
        required=True,
        help="The word the agent's configuration uses for this source, e.g. shop-eu.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    platform = fields.Char(
        readonly=True, help="What the agent says it reads, e.g. the name of the shop."
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        help="Gets an activity when data stops coming, and is rid of it when it comes.",
    )
    create_products = fields.Boolean(
        default=True,
        help="Make a product in Odoo for an article that is not known here yet. "
        "Otherwise order lines keep the shop's name and SKU only.",
    )
    share_customers = fields.Boolean(
        default=True,
        help="New customers can be seen by all companies, as with any contact in "
        "Odoo. Otherwise they belong to the company of this source.",
    )
    max_lag_minutes = fields.Integer(
        string="Alarm After (minutes)",
        default=180,
        help="A stream whose data is older than this is shown as late.",
    )
    lacking_rate_ids = fields.Many2many(
        "res.currency",
        string="Currencies Without Rate",
        readonly=True,
        help="Money of these came in and was taken 1:1, for want of a rate.",
    )
    stream_ids = fields.One2many("sme.stream", "source_id", string="Streams")
    run_ids = fields.One2many("sme.sync.run", "source_id", string="Runs")
    reject_ids = fields.One2many("sme.reject", "source_id", string="Rejected Records")
    health = fields.Selection(
        HEALTH, compute="_compute_health", search="_search_health"
    )
    alerted_health = fields.Char(
        readonly=True,
        copy=False,
        help="The trouble that the responsible was told of last.",
    )
    health_text = fields.Char(string="Health in Words", compute="_compute_health")
    lag_minutes = fields.Integer(
        compute="_compute_health", help="Age of the data of the slowest stream."
    )
    last_push = fields.Datetime(compute="_compute_health")
    last_run_id = fields.Many2one("sme.sync.run", compute="_compute_last_run_id")
    open_reject_count = fields.Integer(
        string="Open Rejects", compute="_compute_open_reject_count"
    )

    _code_unique = models.Constraint(
        "UNIQUE(code)", "Another source has this code already."
    )

    # ---------------------------------------------------------------- computed
    @api.depends(
        "max_lag_minutes",
        "lacking_rate_ids",
        "stream_ids.state",
        "stream_ids.watermark",
        "stream_ids.last_complete",
        "stream_ids.last_push",
    )
    def _compute_health(self):
        for source in self:
            streams = source.stream_ids._of_changes()
            pushes = [s.last_push for s in source.stream_ids if s.last_push]
            source.last_push = max(pushes, default=False)
            source.lag_minutes = max((s.lag_minutes for s in streams), default=0)
            refused = source.stream_ids.filtered(
                lambda s: s.state == "needs_credentials"
            )
            failed = source.stream_ids.filtered(lambda s: s.state == "failed")
            limit = source.max_lag_minutes
            late = streams.filtered(lambda s, limit=limit: s.lag_minutes > limit)
            source.health = source._health(refused, failed, late, pushes)
            source.health_text = source._health_text(refused or failed, late)

    @staticmethod
    def _health(refused, failed, late, pushes):
        if not pushes:
            return "never"
        if refused:
            return "credentials"
        if failed:
            return "failed"
        return "late" if late else "ok"

    def _health_text(self, failed, late):
        """Return the state of health in words with the remedy."""
        if self.health == "never":
            return self.env._(
                "Nothing has come yet. Press Connect an Agent and paste what it shows "
                "into the agent's configuration."
            )
        if self.health == "credentials":
            return self.env._(
                "The platform refuses the credentials: %(message)s Put new ones into "
                "the agent's configuration, restart it, then press Credentials "
                "Renewed.",
                message=failed[0].message or "",
            )
        if self.health == "failed":
            stream = failed[0]
            return self.env._(
                "Stream %(stream)s failed: %(message)s",
                stream=stream.name,
                message=stream.message or self.env._("the agent gave no reason."),
            )
        if self.health == "late":
            worst = max(late, key=lambda stream: stream.lag_minutes)
            return self.env._(
                "Stream %(stream)s is %(minutes)s minutes old. See whether the agent "
                "runs (sync-agent status).",
                stream=worst.name,
                minutes=worst.lag_minutes,
            )
        if self.lacking_rate_ids:
            return self.env._(
                "No exchange rate for %(codes)s: amounts were taken 1:1. Enter rates "
                "under Accounting > Configuration > Currencies, choose Action > Count "
                "Money Again and run sync-agent sync --full.",
                codes=", ".join(self.lacking_rate_ids.mapped("name")),
            )
        return self.env._("All streams are up to date.")

    def _search_health(self, operator, value):
        if operator != "in":
            return NotImplemented
        # A company has a handful of sources.
        sources = self.with_context(active_test=False).search([], limit=1000)
        return [("id", "in", [s.id for s in sources if s.health in value])]

    @api.depends("run_ids")
    def _compute_last_run_id(self):
        last = dict(
            self.env["sme.sync.run"]._read_group(
                [("source_id", "in", self.ids)], ["source_id"], ["id:max"]
            )
        )
        for source in self:
            source.last_run_id = last.get(source, False)

    @api.depends("reject_ids.state")
    def _compute_open_reject_count(self):
        counts = dict(
            self.env["sme.reject"]._read_group(
                [("source_id", "in", self.ids), ("state", "=", "open")],
                ["source_id"],
                ["__count"],
            )
        )
        for source in self:
            source.open_reject_count = counts.get(source, 0)

    # ----------------------------------------------------------------- actions
    def action_open_rejects(self):
        """Open the records of this source that were refused."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rejected Records"),
            "res_model": "sme.reject",
            "view_mode": "list,form",
            "domain": [("source_id", "=", self.id)],
            "context": {"search_default_open": 1},
        }

    def action_retry_rejects(self):
        """Try all open rejects of these sources again."""
        rejects = self.reject_ids.filtered(lambda reject: reject.state == "open")
        return rejects.action_retry()

    def action_credentials_renewed(self):
        """Let the agent ask the platform again, after its credentials were renewed."""
        self.check_access("write")
        refused = self.stream_ids.filtered(lambda s: s.state == "needs_credentials")
        refused.write({"state": "running", "message": False})
        self._tell_of_trouble()

    def action_connect_agent(self):
        """Open the dialog that makes a key for the agent."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Connect an Agent"),
            "res_model": "sme.agent.key",
            "view_mode": "form",
            "target": "new",
            "context": {"default_source_id": self[:1].id},
        }

    def action_count_money_again(self):
        """Have the next full read write orders again that lacked an exchange rate."""
        self.check_access("write")
        for source in self:
            # Managers of sources may not write orders of all salespeople one by one.
            self.env["sme.order"].sudo().search(
                [
                    ("source_id", "=", source.id),
                    ("currency_id", "in", source.lacking_rate_ids.ids),
                ]
            ).payload_hash = False
        self.lacking_rate_ids = False

    # ---------------------------------------------------------------- business
    @api.model
    def _new_values(self, company):
        """Return the values of a source that the door makes, beside code and name."""
        return {
            "company_id": company.id,
            "active": True,
            "sequence": 10,
            "create_products": True,
            "share_customers": True,
            "max_lag_minutes": 180,
        }

    def _partner_company(self):
        """Return the company that new customers belong to, empty for all."""
        return self.company_id.browse() if self.share_customers else self.company_id

    @api.model
    def _cron_alert(self):
        """Tell those responsible of sources whose data is late or fails to come."""
        self.search([("active", "=", True)])._tell_of_trouble()

    def _tell_of_trouble(self):
        """Keep one open activity for each source in trouble and none for the others.

        The text follows the trouble; done by a person, it comes again with the next
        trouble only.
        """
        kind = self.env.ref("crm_sme.mail_activity_type_source")
        activities = self.env["mail.activity"].sudo()
        opened = activities.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", kind.id),
            ]
        ).grouped("res_id")
        for source in self:
            own = opened.get(source.id, activities)
            if source.health not in TROUBLE:
                own.action_feedback(feedback=self.env._("Data comes again."))
                source.alerted_health = False
            elif own:
                own.write({"note": source.health_text})
            elif source.alerted_health != source.health:
                source.activity_schedule(
                    activity_type_id=kind.id,
                    summary=source._trouble_in_words(),
                    note=source.health_text,
                    user_id=source._responsible().id,
                )
                source.alerted_health = source.health

    def _responsible(self):
        """Return who looks after the source; else the first manager of its company."""
        group = self.env.ref("crm_sme.crm_sme_group_manager")
        managers = group.sudo().all_user_ids.filtered(
            lambda user: self.company_id in user.company_ids
        )
        return self.user_id or managers.sorted("id")[:1] or self.env.user

    def _trouble_in_words(self):
        """Return the headline of the activity, in the language of who gets it."""
        source = self.with_context(lang=self._responsible().lang or self.env.lang)
        health = dict(source._fields["health"]._description_selection(source.env))
        return f"{self.name}: {health[self.health]}"

    def _hello(self):
        """Return what the agent is told of this source."""
        self.ensure_one()
        return {
            "code": self.code,
            "name": self.name,
            "state": self.health,
            "open_rejects": self.open_reject_count,
        }

    @api.autovacuum
    def _gc_runs(self):
        """Forget runs and settled rejects after 90 days, not a stream's last run."""
        limit = fields.Datetime.now() - timedelta(days=90)
        last = self.env["sme.sync.run"]._read_group([], ["stream_id"], ["id:max"])
        self.env["sme.sync.run"].search(
            [("started_on", "<", limit), ("id", "not in", [run for _s, run in last])],
            limit=10000,
        ).unlink()
        self.env["sme.reject"].search(
            [("state", "!=", "open"), ("last_try", "<", limit)], limit=10000
        ).unlink()
