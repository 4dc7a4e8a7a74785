"""Time in each lifecycle stage, standing still, moves up by themselves, the digest."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from .metrics_common import NOW, MetricsCase

DAY = 86400


class StageCase(MetricsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stages = cls.env["sme.lifecycle.stage"].search([])
        cls.stage = {stage.kind: stage for stage in stages}

    def _make_partner_of(self, kind, days, **over):
        """Make a partner who has been in a stage for some days."""
        since = NOW - timedelta(days=days)
        partner = self._make_partner(lifecycle_stage_id=self.stage[kind].id, **over)
        partner.date_last_stage_update = since
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = %s WHERE id = %s", (since, partner.id)
        )
        partner.invalidate_recordset()
        return partner

    def moves(self, partner):
        found = self.env["sme.lifecycle.move"].search(
            [("partner_id", "=", partner.id)], order="date, id"
        )
        return [(move.from_stage_id.kind, move.to_stage_id.kind) for move in found]

    def seconds(self, partner):
        partner.invalidate_recordset()
        kind_of = {stage.id: kind for kind, stage in self.stage.items()}
        with_now = partner.duration_tracking
        return {kind_of[int(key)]: value // DAY for key, value in with_now.items()}


@tagged("post_install", "-at_install")
class TestStages(StageCase):
    """Demands 21, 26, 27, 45: planned, counted development of customers."""

    def at(self, days):
        """Stand some days later; the mixin asks the cursor for the time."""
        moment = NOW + timedelta(days=days)
        self.env.cr._now = moment
        self.addCleanup(setattr, self.env.cr, "_now", None)
        return freeze_time(moment)

    def test_time_in_stage_counts_moves_of_the_refresh(self):
        partner = self._make_partner_of("potential", 50)
        with self.at(0):
            partner.lifecycle_stage_id = self.stage["target"]
        with self.at(20):
            self._make_order(partner, NOW + timedelta(days=19))
            self.refresh(partner)
        self.assertEqual(
            self.moves(partner), [("potential", "target"), ("target", "actual")]
        )
        with self.at(27):
            self.assertEqual(
                self.seconds(partner), {"potential": 50, "target": 20, "actual": 7}
            )

    def test_time_of_a_first_stage_begins_when_it_was_given(self):
        partner = self._make_partner_of("potential", 9)
        partner.lifecycle_stage_id = False
        self.env["sme.lifecycle.move"].search([]).unlink()
        with self.at(0):
            self._make_order(partner, 1)
            self.refresh(partner)
        self.assertFalse(self.moves(partner), "the first stage is no move")
        with self.at(4):
            self.assertEqual(self.seconds(partner), {"actual": 4})

    def test_contacts_show_the_time_of_their_company_and_have_no_moves(self):
        head = self._make_partner_of("potential", 10, is_company=True)
        contact = self._make_partner("Contact", parent_id=head.id)
        with self.at(0):
            head.lifecycle_stage_id = self.stage["target"]
        self.assertEqual(contact.lifecycle_stage_id.kind, "target")
        self.assertEqual(self.moves(contact), [])
        self.assertEqual(len(self.moves(head)), 1)
        with self.at(3):
            self.assertEqual(self.seconds(contact), {"potential": 10, "target": 3})

    def test_moves_tell_by_hand_from_by_itself(self):
        partner = self._make_partner_of("potential", 10)
        user = new_test_user(
            self.env, "mover", "crm_sme.crm_sme_group_user,base.group_partner_manager"
        )
        partner.with_user(user).lifecycle_stage_id = self.stage["target"]
        self._make_order(partner, 1)
        self.refresh(partner)
        moves = self.env["sme.lifecycle.move"].search(
            [("partner_id", "=", partner.id)], order="date, id"
        )
        self.assertEqual(moves.mapped("is_automatic"), [False, True])

    def test_who_stands_still_is_marked_and_found(self):
        self.stage["potential"].rotting_threshold_days = 30
        self.stage["target"].rotting_threshold_days = 0
        still = self._make_partner_of("potential", 31)
        fresh = self._make_partner_of("potential", 5)
        never = self._make_partner_of("target", 300)
        self.env["sme.customer.value"].create(
            {"partner_id": still.id, "company_id": self.company.id}
        )
        with self.at(0):
            partners = still | fresh | never
            self.assertEqual(partners.mapped("is_rotting"), [True, False, False])
            self.assertEqual(still.rotting_days, 31)
            found = self.env["res.partner"].search([("is_rotting", "=", True)])
            self.assertEqual(found & partners, still)
            rows = self.env["sme.customer.value"].search([("is_rotting", "=", True)])
            self.assertIn(self.row(still), rows)
            self.assertEqual(self.row(still).rotting_days, 31)

    def test_an_employee_without_the_app_reads_a_partner(self):
        partner = self._make_partner_of("potential", 31)
        clerk = new_test_user(self.env, "clerk", "base.group_user")
        read = partner.with_user(clerk).read(["is_rotting", "duration_tracking"])
        self.assertIn("is_rotting", read[0])

    def test_a_lead_moves_up_and_never_down(self):
        partner = self._make_partner()
        lead = self.env["crm.lead"].create(
            {"name": "Asked", "type": "lead", "partner_id": partner.id}
        )
        self.assertEqual(partner.lifecycle_stage_id.kind, "potential")
        lead.type = "opportunity"
        self.assertEqual(partner.lifecycle_stage_id.kind, "target")
        self.env["crm.lead"].create(
            {"name": "Again", "type": "lead", "partner_id": partner.id}
        )
        self.assertEqual(partner.lifecycle_stage_id.kind, "target")
        partner.lifecycle_stage_id = self.stage["actual"]
        lead.partner_id = self._make_partner("Other")
        lead.partner_id = partner
        self.assertEqual(partner.lifecycle_stage_id.kind, "actual")

    def test_a_locked_customer_is_not_moved_by_a_lead(self):
        partner = self._make_partner(lifecycle_locked=True)
        self.env["crm.lead"].create(
            {"name": "Asked", "type": "opportunity", "partner_id": partner.id}
        )
        self.assertFalse(partner.lifecycle_stage_id)

    def test_a_salesman_who_may_not_write_partners_still_makes_leads(self):
        partner = self._make_partner()
        user = new_test_user(self.env, "seller", "crm_sme.crm_sme_group_user")
        with Form(self.env["crm.lead"].with_user(user)) as form:
            form.name = "Asked at the fair"
            form.partner_id = partner
        self.assertIn(partner.lifecycle_stage_id.kind, ("potential", "target"))

    def test_goals_count_what_a_salesman_developed(self):
        """Demand 92: incentives for sales and service staff."""
        user = new_test_user(self.env, "goal", "crm_sme.crm_sme_group_user")
        partner = self._make_partner_of("lapsed", 90, user_id=user.id)
        newcomer = self._make_partner(user_id=user.id)
        for each in (partner, newcomer):
            self._make_order(each, 2)
        self.refresh()
        counted = {}
        for name in ("goal_new_customers", "goal_targets", "goal_won_back"):
            goal = self.env["gamification.goal"].create(
                {
                    "definition_id": self.env.ref(f"crm_sme.{name}").id,
                    "user_id": user.id,
                    "start_date": "2026-06-01",
                    "end_date": "2026-06-30",
                    "target_goal": 5,
                    "state": "inprogress",
                }
            )
            goal.update_goal()
            counted[name] = goal.current
        self.assertEqual(
            counted, {"goal_new_customers": 2, "goal_targets": 0, "goal_won_back": 1}
        )


@tagged("post_install", "-at_install")
class TestDigest(StageCase):
    """Demands 14, 92: the figures come to the boss by mail."""

    def setUp(self):
        super().setUp()
        self.digest = self.env["digest.digest"].create(
            {"name": "Weekly", "company_id": self.company.id}
        )

    def figures(self, user=None, days=7):
        digest = self.digest.with_context(
            start_datetime=NOW - timedelta(days=days), end_datetime=NOW + timedelta(1)
        )
        if user:
            digest = digest.with_user(user)
        names = ("new_customers", "won_back", "fading", "left", "at_risk", "data_age")
        return {name: digest[f"kpi_sme_{name}_value"] for name in names}

    def test_every_figure_is_that_of_the_company_and_time(self):
        back = self._make_partner_of("lost", 200)
        self._make_order(back, 400)
        self._make_order(back, 2)
        self._make_order(self._make_partner(), 3)
        fading = self._make_partner()
        for step in range(4):
            self._make_order(fading, 16 + 10 * step, 100)
        left = self._make_partner()
        for step in range(4):
            self._make_order(left, 32 + 10 * step)
        other = self._make_company("Other Ltd", "USD", "UTC")
        self._make_order(self._make_partner(), 1, source=self._make_source(other))
        self.env["sme.customer.value"]._refresh()
        self.env["sme.stream"].create(
            {
                "source_id": self.source.id,
                "name": "orders",
                "last_push": NOW - timedelta(hours=5),
            }
        )
        self.assertEqual(
            self.figures(),
            {"new_customers": 1, "won_back": 1, "fading": 1, "left": 1,
             "at_risk": 400, "data_age": 5},
        )  # fmt: skip

    def test_without_sources_and_customers_all_is_zero(self):
        self.assertEqual(set(self.figures().values()), {0})

    def test_who_may_not_see_customers_gets_no_figures(self):
        clerk = new_test_user(self.env, "clerk", "base.group_user")
        with self.assertRaises(AccessError):
            self.figures(user=clerk)

    def test_the_default_digest_shows_them_and_where_to_look(self):
        default = self.env.ref("digest.digest_digest_default")
        names = [name for name in default._fields if name.startswith("kpi_sme_")]
        shown = [name for name in names if not name.endswith("_value")]
        self.assertEqual(len(shown), 10)
        self.assertTrue(all(default[name] for name in shown))
        actions = default._compute_kpis_actions(self.company, self.env.user)
        for name in shown:
            if name not in actions:
                continue
            self.assertTrue(self.env.ref(actions[name].split("?")[0]))
        with Form(self.digest) as form:
            form.kpi_sme_fading = True
        mail = self.digest._compute_kpis(self.company, self.env.user)
        self.assertIn("kpi_sme_fading", [kpi["kpi_name"] for kpi in mail])
