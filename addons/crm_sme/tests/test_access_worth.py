"""Who may see and change what a customer is worth."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .worth_common import WorthCase

GROUPS = ("user", "officer", "manager")
OPERATIONS = ("read", "write", "create", "unlink")
# The least group that may read, write, create, delete.
RIGHTS = {
    "sme.value.tier": ("user", "manager", "manager", "manager"),
    "sme.value.limit": ("user", None, None, None),
    "sme.category.adoption": ("user", None, None, None),
    "sme.delivered.score": ("user", "user", "user", "manager"),
}


@tagged("post_install", "-at_install")
class TestAccessWorth(WorthCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {group: cls._make_user(group) for group in GROUPS}

    @classmethod
    def _make_user(cls, name, group=None):
        return new_test_user(
            cls.env,
            f"worth_{name}",
            group or f"crm_sme.crm_sme_group_{name}",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def test_each_group_has_the_rights_of_the_table_and_no_more(self):
        """Demand 12: customer data is safe."""
        for model, rights in RIGHTS.items():
            for operation, least in zip(OPERATIONS, rights, strict=True):
                for position, group in enumerate(GROUPS):
                    may = least is not None and position >= GROUPS.index(least)
                    has = self.env[model].with_user(self.users[group])
                    self.assertEqual(
                        has.has_access(operation), may, f"{group} {operation} {model}"
                    )

    def test_nobody_sees_the_worth_of_another_company(self):
        other = self._make_company("Other Ltd", "USD", "UTC")
        categ = self._make_category("Tea")
        for company in (self.company, other):
            source = self.source if company == self.company else None
            source = source or self._make_source(company)
            for number in range(6):
                partner = self._make_partner(f"P{number}")
                self._make_sale(partner, 5, {categ: 10}, source=source)
                self._make_score(partner, company=company)
            self.refresh(company=company)
        for model in (
            "sme.value.limit",
            "sme.category.adoption",
            "sme.delivered.score",
        ):
            everything = self.env[model].sudo().search([])
            self.assertIn(other, everything.company_id, model)
            seen = self.env[model].with_user(self.users["manager"]).search([])
            self.assertEqual(seen.company_id, self.company, model)

    def test_a_salesman_sees_scores_of_own_and_unowned_customers(self):
        own, unowned, foreign = (self._make_partner(name) for name in "OUF")
        own.user_id = self.users["user"]
        foreign.user_id = self.users["officer"]
        for partner in (own, unowned, foreign):
            self._make_score(partner)
        score = self.env["sme.delivered.score"]
        seen = score.with_user(self.users["user"]).search([])
        self.assertEqual(seen.partner_id, own | unowned)
        seen = score.with_user(self.users["officer"]).search([])
        self.assertEqual(seen.partner_id, own | unowned | foreign)

    def test_portal_users_read_none_of_it(self):
        portal = self._make_user("portal", "base.group_portal")
        partner = portal.partner_id.with_user(portal)
        for name in self.env["res.partner"]._fields:
            if name.startswith("sme_"):
                with self.assertRaises(AccessError, msg=name):
                    partner.read([name])
        for model in RIGHTS:
            with self.assertRaises(AccessError):
                self.env[model].with_user(portal).search([])

    def test_a_salesman_notes_a_score_and_an_adopted_suggestion(self):
        """Demands 55, 60: noted where the customer is talked to."""
        user = self.users["user"]
        partner = self._make_partner(user_id=user.id)
        self._make_order(partner, 5, 100)
        self.refresh()
        env = self.env(user=user)
        env["sme.delivered.score"].create(
            {"partner_id": partner.id, "company_id": self.company.id}
        )
        talk = env["sme.interaction"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "kind": "suggestion",
                "summary": "A smaller box",
            }
        )
        talk.write({"adopted": True, "learning_points": 2})
        self.assertIn(partner, self.env["sme.touch"].search([]).partner_id)
