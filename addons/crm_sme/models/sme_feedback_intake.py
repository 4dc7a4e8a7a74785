from datetime import timedelta

from odoo import api, fields, models

from ..metrics import feedback_intake

BATCH = 200
# A parcel that comes back, or is lost, needs somebody today.
SEVERITY = {"returning": "2", "returned": "2", "expired": "2"}
# No tracking, no mails to who is responsible: hundreds may come at once.
QUIET = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
}


class SmeFeedbackIntake(models.Model):
    """Bad reviews and parcels in trouble become cases, each once."""

    _inherit = "sme.feedback"

    _shipment_open_idx = models.Index(
        "(company_id, shipment_id) WHERE is_open AND origin = 'delivery'"
    )

    @api.model
    def _cron_intake(self):
        """Make the cases of all companies, batch by batch, restartable anywhere."""
        cron = self.env["ir.cron"]
        # As root, like the job: which company exists is no secret to it.
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        left_s = cron._commit_progress(remaining=len(companies))
        for company in companies:
            cases = self.with_company(company).with_context(**QUIET)
            while left_s and cases._take_in(company):
                left_s = cron._commit_progress()
            left_s = cron._commit_progress(1)

    def _take_in(self, company):
        """Make one batch of cases of a company, and close what settled itself.

        :param company: record of ``res.company``
        :return: whether there may be more
        :rtype: bool
        """
        self.env.flush_all()
        since = fields.Datetime.now() - timedelta(days=company.sme_case_days)
        found = []
        if company.sme_bad_review:
            rows = feedback_intake.bad_reviews(self.env, company, since, BATCH)
            found += [self._review_values(company, row) for row in rows]
        if company.sme_parcel_cases:
            rows = feedback_intake.parcels_in_trouble(self.env, company, since, BATCH)
            found += [self._parcel_values(company, row) for row in rows]
        self.create(found)
        settled = feedback_intake.arrived_after_all(self.env, company, BATCH)
        self.browse(settled)._end_by_arrival()
        return len(found) >= BATCH or len(settled) >= BATCH

    @api.model
    def _review_values(self, company, row):
        shared = (
            *("interaction_id", "partner_id", "product_id", "order_id", "source_id"),
            *("external_id", "date", "summary"),
        )
        return {
            **{name: row[name] for name in shared},
            "company_id": company.id,
            "kind": "complaint",
            "origin": "review",
            "severity": "2" if row["score"] <= 1 else "1",
            "description": row["body_text"],
            "user_id": False,
        }

    @api.model
    def _parcel_values(self, company, row):
        shared = (
            *("shipment_id", "partner_id", "product_id", "order_id", "source_id"),
            "external_id",
        )
        words = (row["carrier"], row["tracking_number"], row["said"])
        cause = self.env.ref(
            "crm_sme.sme_feedback_cause_undelivered", raise_if_not_found=False
        )
        return {
            **{name: row[name] for name in shared},
            "company_id": company.id,
            "kind": "request",
            "origin": "delivery",
            "severity": SEVERITY.get(row["state"], "1"),
            "date": row["date"] or fields.Datetime.now(),
            "summary": " · ".join(filter(None, words)) or row["external_id"],
            "cause_id": cause.id if cause else False,
            "user_id": False,
        }

    def _end_by_arrival(self):
        """The parcel came after all: nothing is left to do, nobody is asked."""
        if self:
            self.write({"solution": self.env._("The parcel was delivered after all.")})
            self.with_context(sme_settled_itself=True).action_solve()
