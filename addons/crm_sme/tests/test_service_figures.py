"""Digest and goals about service, care and what customers say."""

from datetime import timedelta

from odoo.tests import new_test_user, tagged

from .metrics_common import NOW, MetricsCase


@tagged("post_install", "-at_install")
class TestServiceFigures(MetricsCase):
    """Demands 14, 92: figures for management, incentives for staff."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.una = new_test_user(
            cls.env,
            "una",
            "crm_sme.crm_sme_group_officer",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )
        cls.anna = cls._make_partner("Anna", user_id=cls.una.id)
        cls.tea = cls.env["product.category"].create({"name": "Tea"})
        cls.digest = cls.env["digest.digest"].create(
            {
                "name": "Month",
                "company_id": cls.company.id,
                "periodicity": "monthly",
                "kpi_sme_needs": True,
            }
        )

    def _note(self, days, **over):
        return self.env["sme.need"].create(
            {
                "name": "Bigger bags",
                "partner_id": self.anna.id,
                "company_id": self.company.id,
                "date": NOW.date() - timedelta(days=days),
                **over,
            }
        )

    def _complain(self, **over):
        return self.env["sme.feedback"].create(
            {
                "summary": "Broken",
                "kind": "complaint",
                "partner_id": self.anna.id,
                "company_id": self.company.id,
                "user_id": self.una.id,
                **over,
            }
        )

    def figure(self, name, days=7):
        digest = self.digest.with_context(
            start_datetime=NOW - timedelta(days=days), end_datetime=NOW + timedelta(1)
        )
        return digest[f"kpi_sme_{name}_value"]

    def goal(self, xmlid):
        """What a goal of this kind counts for Una in June."""
        return self.env["gamification.goal"].create(
            {
                "definition_id": self.env.ref(f"crm_sme.{xmlid}").id,
                "user_id": self.una.id,
                "target_goal": 10,
                "start_date": "2026-06-01",
                "end_date": "2026-06-30",
                "state": "inprogress",
            }
        )

    def test_only_complaints_past_their_deadline_are_open_too_long(self):
        self._complain(deadline=NOW - timedelta(hours=1))
        self._complain(deadline=NOW + timedelta(days=3))
        self._complain(deadline=NOW - timedelta(hours=1), kind="praise")
        self.assertEqual(self.figure("complaints_late"), 1)

    def test_needs_and_net_promoter_score_are_those_of_the_time_asked(self):
        self._note(2)
        self._note(20)
        for score, days in ((10, 1), (9, 2), (3, 3), (0, 40)):
            self.env["sme.satisfaction"].create(
                {
                    "partner_id": self.anna.id,
                    "company_id": self.company.id,
                    "recommend_score": score,
                    "date": NOW.date() - timedelta(days=days),
                }
            )
        self.assertEqual(self.figure("needs"), 1)
        self.assertEqual(self.figure("nps"), 33)

    def test_monthly_digest_tells_what_customers_want_most(self):
        """Demand 52: needs come back to the strategy level."""
        self._note(1, categ_id=self.tea.id, intensity="5")
        self._note(2, categ_id=self.tea.id, intensity="4")
        self._note(3)
        self._note(60, name="Long ago")
        line = self.digest._compute_tips(self.company, self.una)[0]
        self.assertIn("3 needs", line)
        self.assertIn("Tea (2, intensity 4.5 of 5)", line)
        self.digest.periodicity = "weekly"
        self.assertFalse(self.digest._sme_voice(self.company, self.una))

    def test_the_voice_is_not_told_to_who_may_not_see_customers(self):
        self._note(1)
        clerk = new_test_user(self.env, "clerk", "base.group_user")
        self.assertFalse(self.digest._sme_voice(self.company, clerk))

    def test_complaint_settled_before_its_deadline_counts_for_the_goal(self):
        late = self._complain(deadline=NOW - timedelta(days=2))
        soon = self._complain(deadline=NOW + timedelta(days=2))
        self._complain(deadline=NOW + timedelta(days=2))
        (late | soon).closed_on = NOW
        self.assertEqual((late | soon).mapped("is_in_time"), [False, True])
        goal = self.goal("goal_complaints_in_time")
        goal.update_goal()
        self.assertEqual(goal.current, 1)

    def test_complete_files_of_own_customers_count_for_the_goal(self):
        self._make_order(self.anna, 2)
        ben = self._make_partner("Ben", user_id=self.una.id)
        self._make_order(ben, 2)
        self.refresh()
        self.env.cr.execute(
            "UPDATE res_partner SET data_score = CASE id WHEN %s THEN 90 ELSE 20 END "
            "WHERE id IN %s",
            (self.anna.id, (self.anna.id, ben.id)),
        )
        self.env.invalidate_all()
        goal = self.goal("goal_complete_files")
        goal.update_goal()
        self.assertEqual(goal.current, 1)

    def test_care_touches_done_for_own_customers_count_for_the_goal(self):
        plan = self.env["sme.care.plan"].create(
            {"name": "P", "company_id": self.company.id, "trigger": "every_n_days"}
        )
        step = self.env["sme.care.step"].create(
            {"name": "Call", "plan_id": plan.id, "channel": "call"}
        )
        for number, state in enumerate(("done", "skipped")):
            enrollment = self.env["sme.care.enrollment"].create(
                {
                    "plan_id": plan.id,
                    "company_id": self.company.id,
                    "partner_id": self.anna.id,
                    "occurrence": str(number),
                    "date": NOW,
                }
            )
            self.env["sme.care.touch"].create(
                {
                    "enrollment_id": enrollment.id,
                    "step_id": step.id,
                    "plan_id": plan.id,
                    "company_id": self.company.id,
                    "partner_id": self.anna.id,
                    "channel": "call",
                    "date": NOW - timedelta(hours=1),
                    "state": state,
                }
            )
        goal = self.goal("goal_care_touches")
        goal.update_goal()
        self.assertEqual(goal.current, 1)
        self.assertEqual(self.figure("care_touches"), 1)
