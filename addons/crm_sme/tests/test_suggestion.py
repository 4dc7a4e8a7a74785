from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .metrics_common import MetricsCase


@tagged("post_install", "-at_install")
class TestSuggestion(MetricsCase):
    """What other parts put into the call list of the day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls._make_user("seller", "crm_sme.crm_sme_group_user")
        cls.other = cls._make_user("other", "crm_sme.crm_sme_group_user")
        cls.boss = cls._make_user("boss_of_all", "crm_sme.crm_sme_group_manager")
        cls.suggestions = cls.env["sme.suggestion"].with_company(cls.company)
        cls.customer = cls.env["res.partner"].create(
            {"name": "Anna", "user_id": cls.seller.id}
        )

    @classmethod
    def _make_user(cls, login, group):
        return new_test_user(
            cls.env,
            login,
            groups=group,
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def suggest(self, key="care:1:1", **over):
        """Suggest one thing; give the row, maybe none."""
        values = {
            "key": key,
            "kind": "care",
            "partner_id": self.customer.id,
            "reason": "Festival greeting",
            **over,
        }
        self.suggestions._suggest([values])
        return self.suggestions.search([("key", "=", key)])

    def test_a_suggestion_goes_to_the_customers_salesperson(self):
        row = self.suggest()
        self.assertEqual(row.user_id, self.seller)
        self.assertEqual(row.company_id, self.company)
        self.assertEqual(row.state, "open")
        self.assertTrue(row.due)

    def test_the_same_key_is_one_suggestion_and_is_brought_up_to_date(self):
        row = self.suggest()
        again = self.suggest(reason="Another reason", expected_value=20)
        self.assertEqual(row, again)
        self.assertEqual(again.reason, "Another reason")
        self.assertEqual(again.expected_value, 20)

    def test_the_same_values_again_write_nothing(self):
        self.suggest()
        before = self.versions("sme_suggestion")
        self.suggest()
        self.assertEqual(self.versions("sme_suggestion"), before)

    def test_two_values_with_one_key_in_one_call_are_one_suggestion(self):
        values = {"key": "k", "kind": "care", "reason": "A"}
        self.suggestions._suggest([values, {**values, "reason": "B"}])
        row = self.suggestions.search([("key", "=", "k")])
        self.assertEqual(row.mapped("reason"), ["B"])

    def test_what_was_settled_is_never_revived(self):
        for state in ("done", "dropped", "snoozed"):
            with self.subTest(state):
                row = self.suggest(f"care:{state}")
                row.state = state
                again = self.suggest(f"care:{state}", reason="New")
                self.assertEqual((again.state, again.reason), (state, row.reason))
                self.assertEqual(again.reason, "Festival greeting")

    def test_a_done_one_is_not_withdrawn(self):
        done, open_one = self.suggest("a"), self.suggest("b")
        done.state = "done"
        self.suggestions._withdraw(["a", "b"], self.company)
        self.assertTrue(done.exists())
        self.assertFalse(open_one.exists())

    def test_a_user_sees_his_own_and_those_of_nobody_a_manager_all(self):
        own = self.suggest("own")
        free = self.suggest("free", partner_id=False, user_id=False)
        foreign = self.suggest("foreign", user_id=self.other.id)
        rows = self.suggestions.with_user(self.seller).search([])
        self.assertEqual(rows, own | free)
        seen = self.suggestions.with_user(self.boss).search([])
        self.assertLessEqual(own | free | foreign, seen)
        with self.assertRaises(AccessError):
            foreign.with_user(self.seller).write({"state": "done"})

    def test_another_company_is_another_occasion_and_not_seen(self):
        second = self._make_company("Branch", "EUR", "UTC")
        self.suggest("k")
        self.suggestions.with_company(second)._suggest(
            [{"key": "k", "kind": "care", "reason": "R", "company_id": second.id}]
        )
        rows = self.suggestions.search([("key", "=", "k")])
        self.assertEqual(rows.company_id, self.company | second)
        seen = self.suggestions.with_user(self.seller).search([("key", "=", "k")])
        self.assertEqual(seen.company_id, self.company)
