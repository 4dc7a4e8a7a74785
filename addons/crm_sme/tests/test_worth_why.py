"""Every figure explains itself, and the value card draws the same numbers."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .worth_common import WorthCase

KEYS = [
    *("total", "existing", "potential", "influence", "learning", "clv"),
    *("tier", "loyalty", "rfm", "fading"),
]


@tagged("post_install", "-at_install")
class TestWorthWhy(WorthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "sme_cost_call": 3,
                "sme_cost_complaint": 15,
                "sme_acquisition_cost": 24,
                "sme_advocacy_rate": 5,
                "sme_learning_rate": 10,
            }
        )
        cls.tea, cls.cups = cls._make_category("Tea"), cls._make_category("Cups")
        cls.crowd = [cls._make_partner(f"P{n}") for n in range(6)]
        for number, person in enumerate(cls.crowd):
            for days in (90, 60, 30, 0):
                cls._make_sale(person, days, {cls.tea: 10 + number})
        cls._make_sale(cls.crowd[0], 3, {cls.cups: 30})
        cls.best = cls.crowd[-1]
        cls.guest = cls._make_partner("Guest", sme_referrer_id=cls.best.id)
        cls._make_sale(cls.guest, 10, {cls.tea: 200})
        cls._make_talk(cls.best, "call")
        cls._make_talk(cls.best, "call", 20)
        cls._make_talk(cls.best, "review", score=5)
        cls._make_talk(cls.best, "suggestion", adopted=True, learning_points=3)
        cls.env["sme.customer.value"]._refresh(company=cls.company)

    def why(self, partner, **context):
        answer = self.row(partner).with_context(**context).why()
        return answer, {section["key"]: section for section in answer["sections"]}

    def _text(self, section):
        pairs = [f"{i['label']} {i['value']}" for i in section["inputs"]]
        return " | ".join([section["value"], section["words"], *pairs]).replace(
            "\N{NO-BREAK SPACE}", " "
        )

    def test_each_figure_tells_its_inputs_and_formula(self):
        """Demands 56 to 61: a figure that nobody understands is not used."""
        answer, sections = self.why(self.best)
        self.assertEqual(list(sections), KEYS)
        self.assertIn("P5", answer["title"])
        existing = self._text(sections["existing"])
        self.assertIn("60.00 € margin of 12 months", existing)
        self.assertIn("Calls − 2 × 3.00 €", existing)
        self.assertIn("24.00 € × 3 of 12 months", existing)
        self.assertIn("48.00 €", existing)
        potential = self._text(sections["potential"])
        self.assertIn("Own margin an order 15.00 €", potential)
        self.assertIn("Not bought yet: Cups 1 of 7 buy it, 30.00 € each", potential)
        influence = self._text(sections["influence"])
        self.assertIn("Customers he brought: 1 10 % × 200.00 €", influence)
        self.assertIn("Reviews of four or five stars 1 × 5.00 €", influence)
        self.assertIn("3 points", self._text(sections["learning"]))
        self.assertIn("premium", str(sections["loyalty"]).lower())

    def test_values_of_the_sections_are_those_of_the_row(self):
        row = self.row(self.best)
        _answer, sections = self.why(self.best)
        for key in ("total", "existing", "potential", "influence", "learning"):
            self.assertEqual(
                sections[key]["value"], row._money(row[f"{key}_value"]), key
            )

    def test_it_says_how_sure_it_is(self):
        answer, _sections = self.why(self.guest)
        reasons = " ".join(answer["sure"]["reasons"])
        self.assertIn("Thin history: orders so far 1", reasons)
        row = self.row(self.guest)
        row.confidence = "none"
        answer, sections = self.why(self.guest)
        self.assertEqual(answer["sure"]["level"], "none")
        self.assertIn("No forecast", " ".join(answer["sure"]["reasons"]))
        self.assertIn("no forecast", sections["clv"]["words"])

    def test_a_short_history_of_ones_own_is_a_reason(self):
        """Nobody is told "medium" without being told why."""
        row = self.row(self.guest)
        row.write({"order_count": 3, "order_days": 3, "confidence": "medium"})
        answer, _sections = self.why(self.guest)
        reasons = " ".join(answer["sure"]["reasons"])
        self.assertIn("Short history: days with an order so far 3", reasons)
        row.write({"order_count": 4, "order_days": 4})
        answer, _sections = self.why(self.guest)
        self.assertNotIn("days with an order", " ".join(answer["sure"]["reasons"]))

    def test_unknown_margin_is_told(self):
        partner = self._make_partner()
        self._make_order(partner, 5, 100, margin=0)
        self.refresh()
        answer, _sections = self.why(partner)
        self.assertIn("No margin is known", " ".join(answer["sure"]["reasons"]))

    def test_a_prospect_is_explained_too(self):
        partner = self._make_partner("Prospect")
        self._make_talk(partner, "call")
        self.refresh()
        _answer, sections = self.why(partner)
        self.assertIn("stands on no tier", sections["tier"]["words"])
        self.assertIn("− 1 × 3.00", self._text(sections["existing"]))
        self.assertIn("Nobody is known", sections["influence"]["words"])

    def test_numbers_follow_the_users_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        _answer, sections = self.why(self.best, lang="de_DE")
        self.assertIn("60,00", self._text(sections["existing"]))

    def test_who_may_not_see_the_customer_gets_no_explanation(self):
        """Demand 12: customer data is safe."""
        user = new_test_user(
            self.env,
            "worth_why",
            "crm_sme.crm_sme_group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.best.user_id = user
        self.assertTrue(self.row(self.best).with_user(user).why()["sections"])
        self.best.user_id = self.env.ref("base.user_admin")
        with self.assertRaises(AccessError):
            self.row(self.best).with_user(user).why()

    def test_nothing_is_written_by_asking(self):
        before = self.versions()
        self.why(self.best)
        self.assertEqual(self.versions(), before)
        self.assertEqual(self.refresh(), 0)

    # ----------------------------------------------------------------- the card
    def test_bar_shows_the_parts_of_the_whole(self):
        row = self.row(self.best)
        card = row.worth_card
        self.assertAlmostEqual(sum(p["share"] for p in card["parts"]), 100, 0)
        self.assertFalse(any(part["is_negative"] for part in card["parts"]))
        row.existing_value = -40
        part = row.worth_card["parts"][0]
        self.assertTrue(part["is_negative"] and part["share"] > 0)

    def test_way_to_the_next_tier_is_told(self):
        """Demand 62: what is missing for the next rung."""
        ladder = {
            kind: self.env.ref(f"crm_sme.sme_value_tier_{kind}")
            for kind in ("ordinary", "most_valuable", "permanent")
        }
        row = self.row(self.crowd[0])
        self.assertEqual(row.tier_id, ladder["ordinary"])
        limit = ladder["most_valuable"].limit_ids.filtered(
            lambda each: each.company_id == self.company
        )
        step = row.worth_card["next"]
        self.assertEqual(step["name"], "Most valuable")
        self.assertEqual(step["percent"], round(100 * row.total_value / limit.amount))
        self.assertIn("more", step["text"])
        best = self.row(self.best)
        self.assertEqual(best.tier_id, ladder["most_valuable"])
        self.assertIn("22 more months", best.worth_card["next"]["text"])
        best.tier_id = ladder["permanent"]
        self.assertIsNone(best.worth_card["next"])
        best.tier_id = self.env.ref("crm_sme.sme_value_tier_negative")
        best.existing_value = -1
        self.assertIn("above zero", best.worth_card["next"]["text"])
