from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

SUITES = Path(__file__).parents[1] / "static" / "tests"


@tagged("post_install", "-at_install")
class TestUi(HttpCase):
    """One tour a user story, each as the user with the least rights who may do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.company = cls.env.company
        cls.now = fields.Datetime.now()
        cls.source = cls.env["sme.source"].create(
            {"name": "Tea Shop", "code": "tea-shop", "platform": "Vendure"}
        )
        cls.stream = cls.env["sme.stream"].create(
            {
                "source_id": cls.source.id,
                "name": "orders",
                "state": "failed",
                "message": "HTTP 401: the key was refused.",
                "last_push": cls.now,
            }
        )
        cls.fiona = cls._make_customer(
            "Fading Fiona",
            "actual",
            fade_state="fading",
            overdue_ratio=2.1,
            mean_gap_days=30,
            rhythm_source="own",
            revenue_12m=500,
            last_order_date=cls.now.date() - timedelta(days=63),
            rfm_code="355",
            r_score=3,
            f_score=5,
            m_score=5,
        )
        cls._make_customer("Steady Stefan", "actual", fade_state="steady")
        cls.nora = cls._make_customer("New Nora", "potential")
        cls._make_order()

    @classmethod
    def _make_customer(cls, name, kind, **figures):
        stage = cls.env["sme.lifecycle.stage"].search([("kind", "=", kind)], limit=1)
        partner = cls.env["res.partner"].create(
            {"name": name, "lifecycle_stage_id": stage.id}
        )
        cls.env["sme.customer.value"].create(
            {"partner_id": partner.id, "company_id": cls.company.id, **figures}
        )
        return partner

    @classmethod
    def _make_order(cls):
        order = cls.env["sme.order"].create(
            {
                "name": "T-1",
                "source_id": cls.source.id,
                "external_id": "1",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "partner_id": cls.fiona.id,
                "date_order": cls.now - timedelta(days=63),
                "state": "shipped",
                "counted": True,
                "amount_total": 119,
            }
        )
        cls.env["sme.shipment"].create(
            {
                "source_id": cls.source.id,
                "external_id": "1",
                "company_id": cls.company.id,
                "order_id": order.id,
                "partner_id": cls.fiona.id,
                "tracking_number": "SF1",
                "state": "in_transit",
                "is_open": True,
            }
        )

    def _make_user(self, group):
        return new_test_user(
            self.env,
            login=f"sme_{group}",
            groups=f"crm_sme.crm_sme_group_{group}",
            lang="en_US",
        )

    def test_user_finds_a_fading_customer_and_sees_why(self):
        """Demand 46: who is fading, and the reason in words."""
        user = self._make_user("user")
        self.start_tour("/odoo/sme-customers", "sme_fading_customer", login=user.login)

    def test_user_moves_a_customer_to_another_stage(self):
        """Demand 21: the lifecycle is a board; what a person decides stays."""
        user = self._make_user("user")
        self.start_tour(
            "/odoo/sme-customers?view_type=kanban",
            "sme_move_customer",
            login=user.login,
        )
        self.assertEqual(self.nora.lifecycle_stage_id.kind, "target")

    def test_user_logs_an_interaction_on_the_care_page(self):
        """Demand 16: a call is noted where the customer is looked at."""
        user = self._make_user("user")
        self.start_tour(
            f"/odoo/res.partner/{self.nora.id}", "sme_log_interaction", login=user.login
        )
        noted = self.nora.sme_interaction_ids
        self.assertEqual(noted.kind, "call")
        self.assertEqual(noted.user_id, user)

    def test_manager_retries_a_rejected_record(self):
        """A refused record is seen with its fault and stored by one button."""
        reject = self.env["sme.reject"].create(
            {
                "source_id": self.source.id,
                "stream_id": self.stream.id,
                "kind": "customer",
                "external_id": "77",
                "payload": {"name": "Anna Berg", "email": "anna@example.com"},
                "path": "email",
                "reason": "Odoo was not ready for it.",
            }
        )
        user = self._make_user("manager")
        self.start_tour("/odoo/sme-sources", "sme_retry_reject", login=user.login)
        self.assertEqual(reject.state, "solved")
        binding = self.env["sme.binding"].search([("external_id", "=", "77")])
        self.assertEqual(binding.partner_id.name, "Anna Berg")

    def test_manager_connects_an_agent(self):
        """A key is made and shown once, with the lines to paste."""
        user = self._make_user("manager")
        self.start_tour("/odoo/sme-sources", "sme_connect_agent", login=user.login)
        robot = self.env["res.users"].search([("login", "=like", "sync-agent%")])
        self.assertTrue(robot.api_key_ids)


def _hoot_id(suite):
    """Return the id by which Odoo's test runner in the browser knows a suite."""
    number = 0
    for char in suite:
        number = ((number << 5) - number + ord(char)) & 0xFFFFFFFF
    return f"{number:08x}"


@tagged("post_install", "-at_install")
class TestWidgets(HttpCase):
    """The unit tests of our own widgets, in the browser."""

    def test_widgets_pass_their_unit_tests(self):
        """The suites are in the bundle that the browser runs, and all succeed."""
        bundle = self.env["ir.asset"]._get_asset_paths(
            bundle="web.assets_unit_tests", assets_params={}
        )
        suites = {
            path.rpartition("/")[2]
            for path, *_rest in bundle
            if path.startswith("/crm_sme/static/tests/")
        }
        self.assertEqual(suites, {file.name for file in SUITES.glob("*.test.js")})
        self.assertIn("care_figures.test.js", suites)
        self.browser_js(
            "/web/tests?headless&loglevel=2&preset=desktop&timeout=15000"
            f"&id={_hoot_id('@crm_sme')}",
            "",
            "",
            login="admin",
            timeout=300,
            success_signal="[HOOT] Test suite succeeded",
        )
