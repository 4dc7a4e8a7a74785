"""The call list of the day: SQL against slow Python, again and again, in parts."""

import random
from datetime import timedelta

from odoo.tests import freeze_time, tagged

from ..tools.data_score import ITEMS, missing, percent
from ..tools.suggestions import best_hour, rank
from .metrics_common import NOW
from .suggestion_common import TODAY, SuggestionCase


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestSuggestionBuild(SuggestionCase):
    def assertSlow(self, company=None):
        company = company or self.company
        found = {
            row.key: (
                row.user_id.id,
                row.partner_id.id,
                row.expected_value,
                row.due,
                round(row.score, 6),
            )
            for row in self.rows(company=company, state="open")
        }
        slow = self.slow_list(company)
        self.assertEqual(sorted(found), sorted(slow))
        for key, told in slow.items():
            for mine, theirs in zip(found[key], told, strict=True):
                if isinstance(theirs, float):
                    self.assertAlmostEqual(mine, theirs, 4, key)
                else:
                    self.assertEqual(mine, theirs, key)

    def _make_random_reasons(self, dice):
        self._make_random_shop(dice.random(), 50, self.source)
        heads = self.env["sme.order"].search([]).partner_id.filtered("active")
        users = (self.seller, self.other, self.env["res.users"])
        for partner in heads:
            partner.user_id = dice.choice(users)
            partner.phone = dice.choice(["+8613800138000", False])
            partner.email = dice.choice(["a@example.com", False])
            partner.consent_phone = dice.choice(["unknown"] * 8 + ["refused"])
            if dice.random() < 0.4:
                kind = dice.choice(["message", "call", "complaint", "review", "mail"])
                self._make_word(
                    partner,
                    dice.randrange(80),
                    kind,
                    dice.choice(["in", "in", "out"]),
                    score=dice.randrange(6) if kind == "review" else 0,
                    user_id=dice.choice(users).id,
                )
            if dice.random() < 0.1:
                kind = dice.choice(["complaint", "praise"])
                self._make_case(partner, kind, user_id=dice.choice(users).id)
            if dice.random() < 0.1:
                self._make_promise(partner, dice.randrange(-5, 40))
        for _ in range(15):
            step = dice.choice([False, TODAY + timedelta(dice.randrange(-9, 9))])
            lead = self._make_visitor(
                dice.randrange(50),
                partner_id=dice.choice([False, dice.choice(heads).id]),
                budget=dice.choice([0, 300]),
                expected_revenue=dice.choice([0, 200]),
                next_step_date=step,
                user_id=dice.choice(users).id,
            )
            if dice.random() < 0.2:
                self._make_promise(lead)

    def test_the_list_equals_the_slow_one_on_random_data(self):
        """Demand 40: whom to call."""
        for seed in (1, 2, 3):
            with self.subTest(seed), self.env.cr.savepoint() as savepoint:
                self._make_random_reasons(random.Random(seed))
                self.company.sme_today_size = 12
                self.refresh()
                self.assertTrue(self.rows())
                self.assertSlow()
                for row in self.rows():
                    head = row.partner_id.commercial_partner_id
                    if head:
                        self.assertEqual(
                            row.best_hour, self.slow_hour(head, self.company), row.key
                        )
                savepoint.rollback()

    def test_a_second_build_writes_nothing(self):
        self._make_random_reasons(random.Random(4))
        self.refresh()
        before = self.versions("sme_suggestion")
        self.assertTrue(before)
        self.assertEqual(self.refresh(), 0)
        self.assertEqual(self.versions("sme_suggestion"), before)
        self.refresh(self.env["res.partner"].search([]))
        self.assertEqual(self.versions("sme_suggestion"), before)

    def test_a_refresh_of_some_gives_what_the_whole_gives(self):
        self._make_random_reasons(random.Random(5))
        self.company.sme_today_size = 500
        self.refresh()
        whole = sorted(self.rows().mapped("key"))
        self.rows().filtered("partner_id").unlink()
        self.refresh(self.env["res.partner"].search([]))
        self.assertEqual(sorted(self.rows().mapped("key")), whole)

    def test_a_fading_customer_is_called_once_an_occasion(self):
        """Demand 46: whoever fades is called, and again only when he fades anew."""
        customer = self._make_buyer()
        self.refresh()
        row = self.rows("fading")
        self.assertEqual((row.partner_id, row.user_id), (customer, self.seller))
        self.assertIn("75", row.reason)
        self.assertIn("30", row.reason)
        self.assertTrue(row.script)
        row._settle("done")
        for days in (0, 1, 10):
            with freeze_time(NOW + timedelta(days=days)):
                self.refresh()
            self.assertFalse(self.rows("fading", state="open"), days)
        self.assertEqual(self.rows("fading").state, "done")

    def test_who_buys_leaves_the_list_with_the_next_refresh_of_some(self):
        customer = self._make_buyer()
        self.refresh()
        self.assertTrue(self.rows("fading"))
        self._make_order(customer, 0)
        self.refresh(customer)
        self.assertFalse(self.rows("fading"))

    def test_a_snoozed_one_sleeps_and_comes_back_if_there_is_still_a_reason(self):
        customer, other = self._make_buyer(), self._make_buyer(name="Berta")
        self.refresh()
        rows = self.rows("fading")
        rows._snooze(3)
        self.refresh()
        self.assertEqual(set(self.rows("fading").mapped("state")), {"snoozed"})
        self._make_order(other, 0)
        with freeze_time(NOW + timedelta(days=3)):
            self.refresh()
        row = self.rows("fading")
        self.assertEqual((row.partner_id, row.state), (customer, "open"))

    def test_one_idea_a_customer_the_best_one(self):
        customer = self._make_buyer(email=False)
        self.assertLess(customer.data_score, 60)
        self.refresh()
        self.assertEqual(self.rows().mapped("kind"), ["fading"])

    def test_a_next_order_is_announced_when_it_is_due(self):
        self._make_buyer(last=28, email="a@example.com", street="S", city="C")
        self._make_buyer(last=20, email="a@example.com", street="S", city="C")
        self.refresh()
        row = self.rows("next_order")
        self.assertEqual(len(row), 1)
        self.assertEqual(row.due, TODAY + timedelta(days=2))
        self.assertEqual(row.expected_value, 100)

    def test_a_poor_file_is_a_reason_for_who_buys_in_rhythm(self):
        """Demand 19: what is missing is asked for, in words."""
        self._make_buyer(last=10)
        self.refresh()
        row = self.rows("data_gap")
        self.assertIn("e-mail", row.reason)
        self.assertNotIn("phone", row.reason)

    def test_nobody_is_called_who_cannot_be_or_does_not_want_to(self):
        self._make_buyer(phone=False)
        self._make_buyer(consent_phone="refused")
        self._make_buyer(active=False)
        self._make_word(self._make_buyer(), 3, "call", "out")
        self._make_promise(self._make_buyer(), -2)
        self.refresh()
        self.assertFalse(self.rows())

    def test_the_list_of_ideas_ends_at_its_size_but_who_waits_is_on_it(self):
        self.company.sme_today_size = 3
        for number in range(6):
            self._make_buyer(name=f"C{number}", revenue=100 + number)
            self._make_word(self._make_partner(f"W{number}"), kind="message")
        self.refresh()
        self.assertEqual(len(self.rows("unanswered")), 6)
        self.assertEqual(
            self.rows("fading").mapped("partner_id.name"), ["C5", "C4", "C3"]
        )

    def test_a_settled_one_makes_room_for_the_next_best(self):
        self.company.sme_today_size = 1
        first, second = (
            self._make_buyer(name=name, revenue=money)
            for name, money in (("A", 900), ("B", 100))
        )
        self.refresh()
        self.assertEqual(self.rows("fading").partner_id, first)
        self.rows("fading")._settle("done")
        self.refresh()
        self.assertEqual(self.rows("fading", state="open").partner_id, second)

    def test_what_others_suggested_stays(self):
        self.suggestions._suggest([{"key": "care:1", "kind": "care", "reason": "R"}])
        self.refresh()
        self.assertEqual(self.rows("care").state, "open")

    def test_a_salesperson_of_another_company_gets_nothing(self):
        branch = self._make_company("Branch", "EUR", "UTC")
        stranger = self._make_user("s2", "crm_sme.crm_sme_group_user", branch)
        self._make_buyer(user_id=stranger.id)
        self.refresh()
        self.assertFalse(self.rows("fading").user_id)

    def test_two_companies_have_lists_of_their_own(self):
        branch = self._make_company("Branch", "EUR", "UTC")
        shop = self._make_source(branch)
        customer = self._make_buyer()
        for back in range(4):
            self._make_order(customer, 3 + back * 30, source=shop)
        self.refresh()
        self.refresh(company=branch)
        self.assertTrue(self.rows("fading"))
        self.assertFalse(self.rows("fading", company=branch))

    def test_words_are_in_the_language_of_who_calls(self):
        self.seller.lang = "zh_CN"
        self._make_buyer()
        self._make_buyer(name="Berta", user_id=self.other.id)
        spoken = []
        model = type(self.env["sme.suggestion"])
        inner = model._in_one_language

        def listen(records, company, today, rows):
            spoken.append((records.env.lang, {row["user_id"] for row in rows}))
            return inner(records, company, today, rows)

        self.patch(model, "_in_one_language", listen)
        self.refresh()
        self.assertIn(("zh_CN", {self.seller.id}), spoken)
        self.assertIn(("en_US", {self.other.id}), spoken)

    def test_each_reason_is_told_in_words(self):
        lead = self._make_visitor(
            asked_product_ids=[
                (0, 0, {"name": "Teapot", "type": "consu", "list_price": 40})
            ],
            not_bought_reason_id=self.env.ref("crm_sme.sme_not_bought_reason_price").id,
            budget=30,
            next_step="Call about the set",
        )
        self._make_word(self._make_partner("Asker"))
        self._make_word(self._make_partner("Angry"), kind="complaint")
        self._make_promise(self._make_partner("Waiting"), 1)
        self.refresh()
        reason_of = {row.kind: row.reason for row in self.rows()}
        self.assertIn("Teapot", reason_of["visitor"])
        self.assertIn("Price", reason_of["visitor"])
        self.assertIn("Where is my parcel?", reason_of["unanswered"])
        self.assertIn("Where is my parcel?", reason_of["complaint"])
        self.assertIn("Send the samples", reason_of["promise"])
        script = self.rows("visitor").script
        self.assertIn("Call about the set", script)
        self.assertIn("30", script)
        self.assertEqual(self.rows("visitor").lead_id, lead)

    def test_web_visits_and_good_reviews_wait_for_no_answer(self):
        partner = self._make_partner("Looker")
        visit = self._make_word(partner, kind="visit", source_id=self.source.id)
        self._make_word(partner, kind="review", score=5)
        self.refresh()
        self.assertFalse(self.rows("unanswered"))
        self.assertFalse(visit.is_unanswered)

    def test_an_open_complaint_is_called_about_until_it_is_settled(self):
        """Demand 74: complaints are taken seriously."""
        customer = self._make_partner("Angry", user_id=self.seller.id)
        case = self._make_case(customer)
        self._make_case(customer, "praise")
        self.refresh(customer)
        row = self.rows()
        self.assertEqual((row.kind, row.user_id), ("complaint", self.seller))
        self.assertIn("Teapot broken", row.reason)
        self.assertEqual(row.action_open()["res_id"], case.id)
        closed = self.env["sme.feedback.stage"].search([("is_closed", "=", True)])
        case.stage_id = closed[:1]
        self.assertFalse(row.exists())

    def test_rank_puts_who_waits_before_who_does_not_and_later_before_sooner(self):
        day = TODAY
        self.assertGreater(
            rank("promise", 10, day, day), rank("data_gap", 100, day, day)
        )
        late = rank("fading", 10, day - timedelta(days=5), day)
        self.assertGreater(late, rank("fading", 10, day, day))
        month = rank("fading", 10, day - timedelta(days=30), day)
        year = rank("fading", 10, day - timedelta(days=365), day)
        self.assertEqual(month, year)
        self.assertGreater(rank("promise", -50, day, day), 0)

    def test_best_hour_needs_three_events_in_the_day(self):
        self.assertEqual(best_hour([10, 10]), 0)
        self.assertEqual(best_hour([3, 3, 3, 3]), 0)
        self.assertEqual(best_hour([10, 10, 11, 15]), 10)
        self.assertEqual(best_hour([9, 10, 18]), 9)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestDataScore(SuggestionCase):
    """Demand 19: how complete a file is, and what is missing."""

    def test_points_depend_on_the_kind_of_customer(self):
        person = self._make_partner(phone="1", email="a@example.com")
        firm = self._make_partner(phone="1", email="a@b.example", is_company=True)
        self.assertEqual(person.data_score, 50)
        self.assertEqual(firm.data_score, 45)
        self.assertEqual(person.data_gaps, "address, birthday, a consent")
        person.write({"street": "S", "city": "C", "birthday": "2000-01-01"})
        self.assertEqual(person.data_score, 90)
        person.consent_mail = "refused"
        self.assertEqual(person.data_score, 100)
        self.assertFalse(person.data_gaps)

    def test_other_points_move_all_customers_of_the_kind_at_once(self):
        person = self._make_partner(phone="1", email="a@example.com")
        kind = person.customer_kind_id
        kind.write(
            {f"points_{item}": 0 for item in ITEMS}
            | {"points_phone": 30, "points_birthday": 70}
        )
        self.assertEqual(person.data_score, 30)
        self.assertEqual(person.data_gaps, "birthday")

    def test_sql_equals_python_on_random_files(self):
        dice = random.Random(9)
        kinds = self.env["sme.customer.kind"].search([])
        industry = self.env["res.partner.industry"].create({"name": "Tea"})
        values = {
            "phone": "1",
            "email": "a@example.com",
            "street": "S",
            "city": "C",
            "birthday": TODAY,
            "contract_day": TODAY,
            "vat": "123",
            "industry_id": industry.id,
            "website": "http://a.example",
            "consent_sms": "granted",
            "customer_kind_id": False,
        }
        partners = self.env["res.partner"]
        for _ in range(60):
            chosen = {k: v for k, v in values.items() if dice.random() < 0.5}
            chosen.setdefault("customer_kind_id", dice.choice(kinds).id)
            partners |= self._make_partner(**chosen)
        by_orm = partners.mapped("data_score")
        self.env.flush_all()
        self.env.cr.execute("UPDATE res_partner SET data_score = NULL")
        self.env["res.partner"]._sme_fill_data_scores()
        self.env.invalidate_all()
        self.assertEqual(partners.mapped("data_score"), by_orm)
        self.assertGreater(len(set(by_orm)), 5)

    def test_a_second_filling_writes_nothing(self):
        self._make_partner(phone="1")
        self.env["res.partner"]._sme_fill_data_scores()
        before = self.versions("res_partner")
        self.env["res.partner"]._sme_fill_data_scores()
        self.assertEqual(self.versions("res_partner"), before)

    def test_without_any_points_a_file_is_complete(self):
        known = dict.fromkeys(ITEMS, False)
        self.assertEqual(percent(known, {}), 100)
        self.assertEqual(
            missing(known, {"vat": 1, "phone": 2, "email": 0}), ["phone", "vat"]
        )
