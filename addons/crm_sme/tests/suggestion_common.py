"""People with reasons to be called, and the slow way to the list of the day."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from odoo.tests import freeze_time, new_test_user

from ..metrics.suggestions import CAPPED
from ..models.sme_interaction import ASKING
from ..tools import suggestions as rules
from ..tools.rhythm import local_day
from .metrics_common import NOW, ZONE, MetricsCase

TODAY = local_day(NOW, ZONE)
TALKS = ("call", "mail", "meeting", "message", "visit")


@freeze_time(NOW)
class SuggestionCase(MetricsCase):
    """A company with two salespeople and a manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._make_user("seller", "crm_sme.crm_sme_group_user")
        cls.other = cls._make_user("other", "crm_sme.crm_sme_group_user")
        cls.boss = cls._make_user("boss_of_all", "crm_sme.crm_sme_group_manager")
        cls.suggestions = cls.env["sme.suggestion"].with_company(cls.company)

    @classmethod
    def _make_user(cls, login, group, company=None):
        company = company or cls.company
        return new_test_user(
            cls.env,
            login,
            groups=group,
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    @classmethod
    def _make_buyer(cls, last=75, gap=30, count=4, revenue=100, **over):
        """Make a customer with a rhythm; by default he is fading."""
        values = {"name": "Anna", "phone": "+8613800138000", "user_id": cls.seller.id}
        partner = cls._make_partner(**{**values, **over})
        for back in range(count):
            cls._make_order(partner, last + back * gap, revenue)
        return partner

    @classmethod
    def _make_word(cls, partner, days=2, kind="message", direction="in", **over):
        return cls.env["sme.interaction"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "kind": kind,
                "direction": direction,
                "date": NOW - timedelta(days=days),
                "summary": "Where is my parcel?",
                "user_id": cls.seller.id,
                **over,
            }
        )

    @classmethod
    def _make_visitor(cls, days=3, **over):
        lead = cls.env["crm.lead"].create(
            {
                "name": "Visitor",
                "visit_kind": "store",
                "phone": "+8613800138001",
                "company_id": cls.company.id,
                "user_id": cls.seller.id,
                "team_id": False,
                **over,
            }
        )
        cls._set_created(lead, NOW - timedelta(days=days))
        return lead

    @classmethod
    def _make_case(cls, partner, kind="complaint", **over):
        return cls.env["sme.feedback"].create(
            {
                "summary": "Teapot broken",
                "kind": kind,
                "partner_id": partner.id,
                "company_id": cls.company.id,
                **over,
            }
        )

    @classmethod
    def _set_created(cls, record, moment):
        cls.env.flush_all()
        cls.env.cr.execute(
            f"UPDATE {record._table} SET create_date = %s WHERE id = %s",
            (moment, record.id),
        )
        record.invalidate_recordset(["create_date"])

    @classmethod
    def _make_promise(cls, record, days=0, **over):
        return cls.env["mail.activity"].create(
            {
                "res_model_id": cls.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "activity_type_id": cls.env.ref("mail.mail_activity_data_call").id,
                "summary": "Send the samples",
                "date_deadline": TODAY - timedelta(days=days),
                "user_id": cls.seller.id,
                **over,
            }
        )

    def rows(self, kind=None, company=None, **over):
        """Give the suggestions of the company, best first."""
        self.env["sme.suggestion"].invalidate_model()
        domain = [("company_id", "=", (company or self.company).id)]
        if kind:
            domain.append(("kind", "=", kind))
        return self.suggestions.search(domain + [(k, "=", v) for k, v in over.items()])

    # ------------------------------------------------------------- the slow way
    def slow_list(self, company=None):
        """Compute key to (user, customer, value, due, score) of today's list."""
        company = company or self.company
        causes = [
            *self._slow_ideas(company),
            *self._slow_words(company),
            *self._slow_cases(company),
            *self._slow_promises(company),
            *self._slow_visitors(company),
        ]
        for cause in causes:
            value = max(float(cause["value"]), 0)
            cause["score"] = rules.rank(cause["kind"], value, cause["due"], TODAY)
            owners = (cause["user"], cause["partner"].user_id)
            own = [user for user in owners if company in user.company_ids]
            cause["user"] = own[0] if own else self.env["res.users"]
        return self._slow_choice(causes, company)

    def _slow_choice(self, causes, company):
        chosen, places, best = {}, {}, {}
        for cause in sorted(causes, key=lambda it: (-it["score"], it["key"])):
            if cause["kind"] in CAPPED:
                if best.setdefault(cause["head"], cause) is not cause:
                    continue
                places[cause["user"]] = places.get(cause["user"], 0) + 1
                if places[cause["user"]] > company.sme_today_size:
                    continue
            chosen[cause["key"]] = (
                cause["user"].id,
                cause["partner"].id,
                float(cause["value"]),
                cause["due"],
                round(cause["score"], 6),
            )
        return chosen

    def _slow_ideas(self, company):
        rows = self.env["sme.customer.value"].search([("company_id", "=", company.id)])
        for row in rows:
            partner = row.partner_id
            family = partner | partner.child_ids
            can = any(one.phone or one.email for one in family)
            if not can or partner.consent_phone == "refused" or self._is_quiet(partner):
                continue
            for kind, tail, value, due in self._reasons(row):
                yield {
                    "key": ":".join(map(str, (kind, partner.id, *tail))),
                    "kind": kind,
                    "user": row.user_id,
                    "partner": partner,
                    "head": partner,
                    "value": value,
                    "due": due,
                }

    def _reasons(self, row):
        state, last = row.fade_state, row.last_order_date
        at_risk = max(row.value_at_risk, 0)
        if state in ("fading", "lapsed"):
            yield "fading", (last, state), at_risk or row.aov, TODAY
        soon = row.next_order_date and row.next_order_date <= TODAY + timedelta(3)
        if state in ("steady", "watch") and row.rhythm_source == "own" and soon:
            value = row.repeat_value or row.aov
            yield "next_order", (last,), value, row.next_order_date
        poor = row.partner_id.data_score < 60
        if state in ("steady", "watch", "fading", "lapsed") and poor:
            yield "data_gap", (TODAY.year,), self._stake(row, "data_gap"), TODAY

    def _stake(self, row, kind):
        yearly = rules.yearly(
            Decimal(str(row.expected_revenue_12m)), Decimal(str(row.revenue_12m))
        )
        return _cents(yearly * rules.STAKES[kind])

    def _is_quiet(self, head):
        family = head | head.child_ids
        talked = self.env["sme.interaction"].search_count(
            [
                ("partner_id", "in", family.ids),
                ("company_id", "=", self.company.id),
                ("direction", "=", "out"),
                ("kind", "in", TALKS),
                ("date", ">", NOW - timedelta(days=6, hours=20)),
            ]
        )
        planned = self.env["mail.activity"].search_count(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", family.ids),
                ("date_deadline", ">", TODAY),
            ]
        )
        return bool(talked or planned)

    def _value_of(self, head, company):
        return self.env["sme.customer.value"].search(
            [("partner_id", "=", head.id), ("company_id", "=", company.id)]
        )

    def _slow_words(self, company):
        words = self.env["sme.interaction"].search(
            [
                ("company_id", "=", company.id),
                ("direction", "=", "in"),
                ("kind", "in", ASKING),
                ("answered_on", "=", False),
                ("partner_id", "!=", False),
            ],
            order="date, id",
        )
        seen = set()
        cases = self.env["sme.feedback"].search([])
        for word in words - cases.interaction_id - cases.history_id:
            head = word.partner_id.commercial_partner_id
            kind = "complaint" if word.kind == "complaint" else "unanswered"
            is_web = word.kind == "visit" and word.source_id
            if is_web or (word.kind == "review" and not 0 < word.score <= 3):
                continue
            if (head, kind) in seen:
                continue
            seen.add((head, kind))
            row = self._value_of(head, company)
            yield {
                "key": f"{kind}:{word.id}",
                "kind": kind,
                "user": word.user_id or row.user_id,
                "partner": word.partner_id,
                "value": self._stake(row, kind),
                "due": local_day(word.date, ZONE),
            }

    def _slow_cases(self, company):
        for case in self.env["sme.feedback"].search(
            [
                ("company_id", "=", company.id),
                ("is_open", "=", True),
                ("kind", "=", "complaint"),
                ("partner_id", "!=", False),
            ]
        ):
            row = self._value_of(case.partner_id.commercial_partner_id, company)
            yield {
                "key": f"complaint:case:{case.id}:{case.stage_id.id}",
                "kind": "complaint",
                "user": case.user_id or row.user_id,
                "partner": case.partner_id,
                "value": self._stake(row, "complaint"),
                "due": local_day(case.deadline, ZONE) if case.deadline else TODAY,
            }

    def _slow_promises(self, company):
        for activity in self.env["mail.activity"].search(
            [("date_deadline", "<=", TODAY), ("user_id.company_id", "=", company.id)]
        ):
            if activity.res_model not in ("res.partner", "crm.lead"):
                continue
            record = self.env[activity.res_model].browse(activity.res_id)
            partner, value = record, Decimal(0)
            if record._name == "crm.lead":
                partner = record.partner_id
                value = Decimal(str(record.expected_revenue)) * Decimal(
                    str(record.probability)
                )
            row = self._value_of(partner.commercial_partner_id, company)
            yield {
                "key": f"promise:{activity.id}",
                "kind": "promise",
                "user": activity.user_id,
                "partner": partner,
                "value": _cents(value / 100) or self._stake(row, "promise"),
                "due": activity.date_deadline,
            }

    def _slow_visitors(self, company):
        for lead in self.env["crm.lead"].search(
            [("visit_kind", "!=", False), ("company_id", "=", company.id)]
        ):
            day = local_day(lead.create_date, ZONE) + timedelta(days=1)
            due = lead.next_step_date or day
            if due > TODAY or lead.won_status != "pending":
                continue
            money = Decimal(str(lead.budget or lead.expected_revenue))
            chance = Decimal(str(lead.probability)) / 100 or rules.VISITOR_CHANCE
            tail = [str(lead.next_step_date)] if lead.next_step_date else []
            yield {
                "key": ":".join(["visitor", str(lead.id), *tail]),
                "kind": "visitor",
                "user": lead.user_id,
                "partner": lead.partner_id,
                "value": _cents(money * chance),
                "due": due,
            }

    def slow_hour(self, head, company):
        """Hour in which a customer can be reached, the plain way."""
        family = head | head.child_ids
        orders = self.env["sme.order"].search(
            [
                ("partner_id", "in", family.ids),
                ("company_id", "=", company.id),
                ("kind", "=", "order"),
                ("counted", "=", True),
            ]
        )
        calls = self.env["sme.interaction"].search(
            [
                ("partner_id", "in", family.ids),
                ("company_id", "=", company.id),
                ("kind", "=", "call"),
            ]
        )
        moments = orders.mapped("date_order") + calls.mapped("date")
        zone = ZoneInfo(ZONE)
        return rules.best_hour(
            [at.replace(tzinfo=ZoneInfo("UTC")).astimezone(zone).hour for at in moments]
        )


def _cents(value):
    return value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
