"""Groups that are found: by whom, how they are named, and who is placed where."""

import math
import random
import sys
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged

from ..metrics.groups import COLUMNS, INDICATORS
from .metrics_common import NOW, MetricsCase

CHOSEN = ["recency", "frequency", "monetary", "order_size"]


@tagged("post_install", "-at_install")
class TestSegmentGroups(MetricsCase):
    """Thirty customers of two kinds: many small orders of late, one large long ago."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dice = random.Random(9)
        cls.frequent = cls.env["res.partner"]
        cls.rare = cls.env["res.partner"]
        for number in range(15):
            cls.frequent |= cls._make_partner(f"F{number}")
            cls.rare |= cls._make_partner(f"R{number}")
        for partner in cls.frequent:
            for _ in range(dice.randrange(8, 14)):
                cls._make_order(partner, dice.randrange(1, 90), dice.randrange(8, 15))
        for partner in cls.rare:
            cls._make_order(partner, dice.randrange(300, 360), dice.randrange(900, 999))
        cls.env["sme.customer.value"]._refresh(company=cls.company)

    def find(self, count=0, seed=1, indicators=None):
        return self.env["sme.segment.grouping"]._find(
            self.company, indicators or CHOSEN, count, seed
        )

    def members(self, segment):
        return (
            self.env["sme.segment.member"]
            .search([("segment_id", "=", segment.id), ("date_to", "=", False)])
            .partner_id
        )

    def test_two_kinds_of_customers_are_two_groups_named_by_what_they_do(self):
        """Demand 47: several indicators at once, instead of one."""
        grouping = self.find()
        self.assertEqual(len(grouping.segment_ids), 2)
        self.assertGreater(grouping.silhouette, 0.5)
        groups = {self.members(segment): segment for segment in grouping.segment_ids}
        self.assertEqual(set(groups), {self.frequent, self.rare})
        self.assertRegex(
            groups[self.frequent].name, "[Bb]uy often|[Bb]ought lately|[Ss]mall orders"
        )
        self.assertRegex(
            groups[self.rare].name, "[Bb]uy rarely|[Ll]ong silent|[Ll]arge orders"
        )
        self.assertIn("far higher", groups[self.rare].centre_text)

    def test_the_same_seed_finds_the_same_groups(self):
        one, two = self.find(3, seed=5), self.find(3, seed=5)
        for first, second in zip(one.segment_ids, two.segment_ids, strict=True):
            self.assertEqual(first.centre, second.centre)
            self.assertEqual(first.name, second.name)
            self.assertEqual(self.members(first), self.members(second))

    def test_everybody_is_in_the_nearest_group_by_plain_python(self):
        grouping = self.find(4, indicators=list(INDICATORS))
        centres = {segment: segment.centre for segment in grouping.segment_ids}
        found = {segment: self.members(segment) for segment in centres}
        rows = self.env["sme.customer.value"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(len(rows), 30)
        for row in rows:
            point = self._slow_point(row, grouping)
            gaps = {
                segment: sum((a - b) ** 2 for a, b in zip(point, centre, strict=True))
                for segment, centre in centres.items()
            }
            nearest = min(gaps, key=gaps.get)
            self.assertIn(row.partner_id, found[nearest])

    def _slow_point(self, row, grouping):
        values = {name: row[column] for name, column in COLUMNS.items()}
        values["recency"] = (NOW.date() - row.last_order_date).days
        logged = [
            math.copysign(math.log1p(abs(values[name])), values[name])
            for name in grouping.indicators
        ]
        return [
            (value - mean) / spread
            for value, mean, spread in zip(
                logged, grouping.means, grouping.spreads, strict=True
            )
        ]

    def test_who_comes_later_joins_the_nearest_group(self):
        grouping = self.find(2)
        frequent = grouping.segment_ids.filtered(
            lambda s: self.frequent[0] in self.members(s)
        )
        newcomer = self._make_partner("Newcomer")
        for days in range(1, 10):
            self._make_order(newcomer, days, 12)
        self.refresh(newcomer)
        self.assertIn(newcomer, self.members(frequent))

    def test_who_changes_moves_to_another_group(self):
        grouping = self.find(2)
        mover = self.rare[0]
        before = grouping.segment_ids.filtered(lambda s: mover in self.members(s))
        for days in range(1, 30):
            self._make_order(mover, days, 10)
        with freeze_time(NOW + timedelta(days=1)):
            self.refresh(mover)
        self.assertNotIn(mover, self.members(before))
        self.assertIn(mover, self.members(grouping.segment_ids - before))

    def test_an_archived_group_keeps_its_place_so_that_others_do_not_grow(self):
        grouping = self.find(2)
        kept, gone = grouping.segment_ids
        before = self.members(kept)
        gone.action_archive()
        self.assertEqual(self.members(kept), before)
        self.assertFalse(self.members(gone))

    def test_too_few_customers_and_too_much_alike_are_told_plainly(self):
        empty = self._make_company("Empty", "EUR", "UTC")
        with self.assertRaisesRegex(UserError, "from 20 customers"):
            self.env["sme.segment.grouping"]._find(empty, CHOSEN)
        with self.assertRaisesRegex(UserError, "too much alike"):
            self.find(12, indicators=["refund"])

    def test_missing_numpy_is_told_plainly(self):
        name = "odoo.addons.crm_sme.tools.clusters"
        tools = sys.modules["odoo.addons.crm_sme.tools"]
        with patch.dict(sys.modules, {name: None}):
            kept = tools.__dict__.pop("clusters", None)
            try:
                with self.assertRaisesRegex(UserError, "numpy is missing"):
                    self.find()
            finally:
                if kept is not None:
                    tools.clusters = kept

    def test_the_dialog_finds_groups_and_archives_the_earlier_ones(self):
        officer = new_test_user(
            self.env, "finder", "crm_sme.crm_sme_group_officer",
            company_id=self.company.id, company_ids=self.company.ids,
        )  # fmt: skip
        wizard = self.env["sme.segment.find"].with_user(officer)
        first = wizard.create({"order_size": True}).action_find()
        found = self.env["sme.segment"].search(first["domain"])
        self.assertEqual(len(found), 2)
        self.assertEqual(found.company_id, self.company)
        second = wizard.create({"count_kind": "fixed", "group_count": 3}).action_find()
        self.assertFalse(any(found.mapped("active")))
        self.assertEqual(len(self.env["sme.segment"].search(second["domain"])), 3)

    def test_the_dialog_refuses_what_makes_no_sense(self):
        wizard = self.env["sme.segment.find"]
        with self.assertRaisesRegex(ValidationError, "from 2 to"):
            wizard.create({"count_kind": "fixed", "group_count": 1})
        with self.assertRaisesRegex(ValidationError, "from 0 on"):
            wizard.create({"seed": -1})
        alone = wizard.create({"frequency": False, "monetary": False})
        with self.assertRaisesRegex(UserError, "two indicators"):
            alone.action_find()

    def test_a_user_may_not_find_groups(self):
        user = new_test_user(
            self.env, "looker", "crm_sme.crm_sme_group_user",
            company_id=self.company.id, company_ids=self.company.ids,
        )  # fmt: skip
        with self.assertRaises(AccessError):
            self.env["sme.segment.find"].with_user(user).create({}).action_find()

    def test_groups_are_named_in_every_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        words = {
            name: (f"{name} DE", f"viel {name}", f"wenig {name}") for name in INDICATORS
        }
        model = type(self.env["sme.segment.grouping"])
        original = model._indicator_words

        def speak(records):
            return words if records.env.lang == "de_DE" else original(records)

        with patch.object(model, "_indicator_words", speak):
            grouping = self.find(2)
        german = grouping.segment_ids.with_context(lang="de_DE").mapped("name")
        self.assertTrue(all("iel" in name or "enig" in name for name in german))
        english = grouping.segment_ids.with_context(lang="en_US").mapped("name")
        self.assertFalse(set(german) & set(english))
