"""A year of care, day by day: what must hold holds, and kills change nothing."""

import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..metrics import care_run
from ..metrics.as_of import AsOf
from .care_common import CareCase
from .care_world import DAYS, START, draw_people, events_by_day

PEOPLE = 2000
YEARS = DAYS / 365
HOURS = (6, 19)
CAP, CAP_DAYS = 2, 7
WRITTEN = ("mail", "sms")
# After so many days without an order.
FADING_AFTER, LAPSED_AFTER = 60, 120


class Killed(BaseException):
    """The server was killed here."""


@tagged("post_install", "-at_install")
@freeze_time(START)
class TestCareYear(CareCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"sme_care_cap": CAP, "sme_care_cap_days": CAP_DAYS})
        cls.people = draw_people(4, PEOPLE)
        cls.events = events_by_day(cls.people)
        cls._make_people()
        cls.plans = cls._make_plans()
        cls.undisturbed = None

    @classmethod
    def _make_people(cls):
        cls.partners = cls.env["res.partner"].create(
            [
                {
                    "name": person.name,
                    "email": f"p{at}@example.com" if person.has_mail else False,
                    "phone": f"+8613800{at:06d}",
                    "tz": person.zone,
                    "birthday": date(*person.birthday),
                    "lang": "en_US",
                    "consent_mail": person.consents[0],
                    "consent_sms": person.consents[1],
                    "consent_phone": person.consents[2],
                }
                for at, person in enumerate(cls.people)
            ]
        )
        cls.env["sme.customer.value"].create(
            [
                {"partner_id": partner.id, "company_id": cls.company.id}
                for partner in cls.partners
            ]
        )
        cls.env.flush_all()

    @classmethod
    def _make_plans(cls):
        silent = {"trigger": "enter_fade_state", "trigger_fade_state": "fading"}
        return [
            cls._make_plan(
                [{}, {"days": 5, "channel": "call", "condition": "no_order"}],
                name="Welcome",
                trigger="first_order",
                trigger_days=1,
                exit_on_order=False,
                holdout_percent=10,
                sequence=1,
            ),
            cls._make_plan(
                [
                    {},
                    {"days": 3, "channel": "sms", "condition": "not_opened"},
                    {"days": 6, "channel": "call", "condition": "not_answered"},
                ],
                name="Fading",
                holdout_percent=20,
                sequence=2,
                **silent,
            ),
            cls._make_plan(
                [{}, {"days": 2, "channel": "sms"}],
                name="Fading, loud",
                sequence=3,
                **silent,
            ),
            cls._make_plan(
                [{"channel": "sms"}],
                name="Birthday",
                trigger="birthday",
                exit_on_order=False,
                sequence=4,
            ),
            cls._make_plan(
                [{"channel": "call"}],
                name="Every quarter",
                trigger="every_n_days",
                trigger_days=90,
                domain="[('order_count', '>', 2)]",
                fade_states="buying",
                sequence=5,
                start=False,
            ),
        ]

    # ------------------------------------------------------------- the world
    def _happen(self, day):
        """Let a day of the world pass, before the job runs."""
        for kind, at, detail in self.events.get(day, ()):
            getattr(self, f"_happen_{kind}")(self.partners[at], detail)
        self.env.flush_all()
        self._refresh_figures(day)
        self._read_mails(day)
        if day % 30 == 0:
            self._analyze()

    def _analyze(self):
        """Do what autovacuum does, which sees nothing of this transaction."""
        for table in (
            "sme_customer_value",
            "res_partner",
            "sme_care_enrollment",
            "sme_care_touch",
            "mailing_trace",
            "sme_order",
        ):
            self.env.cr.execute(SQL("ANALYZE %s", SQL.identifier(table)))

    def _happen_order(self, partner, moment):
        self.env.cr.execute(
            """
            INSERT INTO sme_order (source_id, company_id, partner_id,
                commercial_partner_id, currency_id, name, kind, external_id, state,
                counted, currency_rate, amount_total, revenue, margin, date_order)
            SELECT %s, %s, %s, %s, %s, 'x', 'order', 'x' || nextval('sme_order_id_seq'),
                   'completed', TRUE, 1, 10, 10, 2, %s
            """,
            [
                self.source.id,
                self.company.id,
                partner.id,
                partner.id,
                self.company.currency_id.id,
                moment,
            ],
        )

    def _happen_archive(self, partner, _detail):
        partner.active = False

    def _happen_blacklist(self, partner, _detail):
        if partner.email:
            self.env["mail.blacklist"]._add(partner.email)

    def _happen_complain(self, partner, _detail):
        self.env["sme.feedback"].create(
            {
                "summary": "Broken",
                "kind": "complaint",
                "partner_id": partner.id,
                "company_id": self.company.id,
            }
        )

    def _happen_settle(self, partner, _detail):
        stage = self.env["sme.feedback.stage"].search([("is_closed", "=", True)])[:1]
        feedback = self.env["sme.feedback"].search([("partner_id", "=", partner.id)])
        feedback.write({"stage_id": stage.id})

    def _refresh_figures(self, day):
        today = (START + timedelta(days=day)).date()
        self.env.cr.execute(
            """
            UPDATE sme_customer_value v
               SET first_order_date = o.first_on, last_order_date = o.last_on,
                   order_count = o.orders,
                   fade_state = CASE WHEN %(today)s - o.last_on >= %(lapsed)s
                                     THEN 'lapsed'
                                     WHEN %(today)s - o.last_on >= %(fading)s
                                     THEN 'fading' ELSE 'steady' END,
                   fade_since = o.last_on + CASE
                        WHEN %(today)s - o.last_on >= %(lapsed)s THEN %(lapsed)s
                        WHEN %(today)s - o.last_on >= %(fading)s THEN %(fading)s
                        ELSE 0 END
              FROM (
                   SELECT commercial_partner_id AS partner_id,
                          min(date_order)::date AS first_on,
                          max(date_order)::date AS last_on, count(*) AS orders
                     FROM sme_order WHERE company_id = %(company)s
                    GROUP BY commercial_partner_id
              ) o
             WHERE o.partner_id = v.partner_id AND v.company_id = %(company)s
                   AND (v.last_order_date IS DISTINCT FROM o.last_on
                        OR v.fade_state IS DISTINCT FROM CASE
                            WHEN %(today)s - o.last_on >= %(lapsed)s THEN 'lapsed'
                            WHEN %(today)s - o.last_on >= %(fading)s THEN 'fading'
                            ELSE 'steady' END)
            """,
            {
                "today": today,
                "company": self.company.id,
                "fading": FADING_AFTER,
                "lapsed": LAPSED_AFTER,
            },
        )
        self.env.invalidate_all()

    def _read_mails(self, day):
        """Some read what came the day before."""
        readers = [
            partner.id
            for person, partner in zip(self.people, self.partners, strict=True)
            if person.reads
        ]
        self.env.cr.execute(
            """
            UPDATE mailing_trace SET open_datetime = %s, trace_status = 'open'
             WHERE model = 'res.partner' AND res_id = ANY(%s) AND open_datetime IS NULL
            """,
            [START + timedelta(days=day), readers],
        )

    # ---------------------------------------------------------- the simulation
    def _history(self, kills=None):
        """Live through the year, then undo it; give what each customer got.

        :param kills: random numbers that decide when the server is killed
        """
        savepoint = self.env.cr.savepoint(flush=True)
        try:
            with freeze_time(START) as clock:
                for day in range(DAYS):
                    # Day by day, in the morning and in the evening by turns.
                    hour = HOURS[day % 2]
                    clock.move_to(START + timedelta(days=day, hours=hour))
                    self._happen(day - 1)
                    if day == 30:
                        self.plans[-1].action_start()
                    self._run_with_kills(kills)
            return self._read_history()
        finally:
            self.env.flush_all()
            savepoint.close(rollback=True)
            self.env.invalidate_all()

    def _run_with_kills(self, kills):
        """Run the job; whenever it is killed, start it anew."""
        while True:
            try:
                self._run_once(kills)
            except Killed:
                self.env.invalidate_all()
            else:
                return

    def _run_once(self, kills):
        as_of = AsOf.of_company(self.company)
        limit = 40
        with self.env.cr.savepoint():
            care_run.plan_company(self.env, self.company, as_of)
            self._maybe_kill(kills, 0.02)
        while True:
            with self.env.cr.savepoint():
                acted = care_run.act(self.env, self.company, as_of, limit)
                self.env.flush_all()
                # After the messages were made, before they were committed.
                self._maybe_kill(kills, 0.05)
            if not acted:
                return
            self._maybe_kill(kills, 0.05)

    def _maybe_kill(self, kills, share):
        if kills and kills.random() < share:
            self.kill_count += 1
            raise Killed

    def _read_history(self):
        self.env.cr.execute(
            """
            SELECT p.name, plan.name->>'en_US', e.occurrence, e.date, e.state,
                   e.reason, e.holdout, step.name->>'en_US', touch.channel,
                   touch.state, touch.skip_reason, touch.date, touch.opened_on,
                   (SELECT count(*) FROM mail_mail m
                     WHERE m.id = trace.mail_mail_id) AS mails
              FROM sme_care_enrollment e
              JOIN res_partner p ON p.id = e.partner_id
              JOIN sme_care_plan plan ON plan.id = e.plan_id
              LEFT JOIN sme_care_touch touch ON touch.enrollment_id = e.id
              LEFT JOIN sme_care_step step ON step.id = touch.step_id
              LEFT JOIN mailing_trace trace ON trace.id = touch.trace_id
             WHERE e.company_id = %s
             ORDER BY 1, 2, 3, 4, step.sequence
            """,
            [self.company.id],
        )
        rows = self.env.cr.fetchall()
        self.env.cr.execute(
            """
            SELECT (SELECT count(*) FROM mail_mail m JOIN mailing_mailing g
                        ON g.id = m.mailing_id WHERE g.sme_care_step_id IS NOT NULL),
                   (SELECT count(*) FROM sms_sms WHERE partner_id = ANY(%s)),
                   (SELECT count(*) FROM sme_suggestion WHERE kind = 'care'),
                   (SELECT count(*) FROM sme_interaction WHERE kind = 'care')
            """,
            [self.partners.ids],
        )
        return rows, self.env.cr.fetchone()

    def _undisturbed(self):
        if type(self).undisturbed is None:
            type(self).undisturbed = self._history()
        return type(self).undisturbed

    # --------------------------------------------------------------- the tests
    def test_limits_hold_on_every_day_of_a_year(self):
        """Demand 44: care strategies, within limits."""
        rows, _made = self._undisturbed()
        person_of = {person.name: person for person in self.people}
        steps = Counter(row[9] for row in rows)
        reasons = Counter(row[10] for row in rows)
        self.assertGreater(steps["done"], 1.5 * PEOPLE * YEARS, steps)
        for reason in ("cap", "consent", "blacklist", "complaint", "condition", "left"):
            self.assertTrue(reasons[reason], (reason, reasons))
        done = [row for row in rows if row[9] == "done"]
        self._check_cap(done)
        for row in done:
            self._check_touch(row, person_of[row[0]])
        self._check_holdout(rows)
        self._check_entries(rows)

    def _check_cap(self, done):
        by_name = defaultdict(list)
        for row in done:
            by_name[row[0]].append(row[11])
        for name, dates in by_name.items():
            for moment in dates:
                lately = [
                    each
                    for each in dates
                    if moment - timedelta(days=CAP_DAYS) < each <= moment
                ]
                self.assertLessEqual(len(lately), CAP, (name, moment))

    def _check_touch(self, row, person):
        channel, moment = row[8], row[11]
        day = (moment - START).days
        if channel in WRITTEN:
            hour = moment.replace(tzinfo=UTC).astimezone(ZoneInfo(person.zone)).hour
            self.assertTrue(8 <= hour < 21, (row, hour))
        consent = person.consents[{"mail": 0, "sms": 1, "call": 2}[channel]]
        self.assertEqual(consent, "granted", row)
        self.assertTrue(person.has_mail or channel != "mail", row)
        # What happened on a day is known to the runs of the next one.
        if person.complaint:
            opened, closed = person.complaint
            self.assertFalse(opened < day <= closed, row)
        if person.archived_on is not None:
            self.assertLessEqual(day, person.archived_on, row)
        if person.blacklisted_on is not None and channel == "mail":
            self.assertLessEqual(day, person.blacklisted_on, row)
        self._check_orders(row, person, day)

    def _check_orders(self, row, person, day):
        plan, entered, step = row[1], row[3], row[7]
        exits = plan.startswith("Fading") or plan == "Every quarter"
        if exits or (plan, step) == ("Welcome", "Step 2"):
            told = datetime.combine((START + timedelta(days=day)).date(), time.min)
            bought = [order for order in person.orders if entered < order < told]
            self.assertFalse(bought, row)
        if (plan, step) == ("Fading", "Step 2"):
            self.assertFalse(person.reads and self._was_mailed(row), row)

    def _was_mailed(self, row):
        return any(
            each[0] == row[0]
            and each[1:4] == row[1:4]
            and each[8] == "mail"
            and each[9] == "done"
            for each in self._undisturbed()[0]
            if each[0] == row[0]
        )

    def _check_holdout(self, rows):
        held = {row[:4] for row in rows if row[6]}
        self.assertTrue(held)
        self.assertFalse([row for row in rows if row[6] and row[7]])
        shares = Counter((row[1], row[6]) for row in {row[:7] for row in rows})
        for plan, share in (("Welcome", 0.1), ("Fading", 0.2)):
            count = shares[plan, True] + shares[plan, False]
            self.assertAlmostEqual(shares[plan, True] / count, share, delta=0.04)

    def _check_entries(self, rows):
        entered = Counter({row[:3]: 1 for row in rows})
        self.assertEqual(max(entered.values()), 1)
        steps = Counter((*row[:4], row[7]) for row in rows if row[7])
        self.assertEqual(max(steps.values()), 1)
        birthdays = Counter(
            row[0] for row in {r[:4] for r in rows} if row[1] == "Birthday"
        )
        self.assertEqual(max(birthdays.values()), 1)
        self.assertGreater(len(birthdays), PEOPLE * YEARS * 0.9)

    def test_killed_and_restarted_year_is_the_same_year(self):
        expected, made = self._undisturbed()
        self.kill_count = 0
        rows, made_again = self._history(random.Random(7))
        self.assertGreater(self.kill_count, 30 * YEARS)
        self.assertEqual(len(rows), len(expected))
        different = [
            pair for pair in zip(rows, expected, strict=True) if pair[0] != pair[1]
        ]
        self.assertEqual(different[:3], [])
        self.assertEqual(made_again, made)

    def test_failure_inside_a_batch_leaves_no_half_touch(self):
        self._happen(-1)
        model = self.env.registry["sme.care.touch"]
        send = model._act_mail

        def die(touches, *arguments):
            send(touches, *arguments)
            raise Killed

        with freeze_time(START + timedelta(days=80, hours=12)):
            self.patch(model, "_act_mail", die)
            as_of = AsOf.of_company(self.company)
            care_run.plan_company(self.env, self.company, as_of)
            before = care_run.waiting(self.env, self.company, as_of)
            with self.assertRaises(Killed), self.env.cr.savepoint():
                care_run.act(self.env, self.company, as_of)
            self.env.invalidate_all()
            self.assertTrue(before)
            self.assertEqual(care_run.waiting(self.env, self.company, as_of), before)
            self.assertFalse(
                self.env["mail.mail"].search(
                    [("mailing_id.sme_care_step_id", "!=", False)]
                )
            )
