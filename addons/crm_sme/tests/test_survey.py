"""Surveys: whose answer it is, and what is kept with the customer."""

from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .metrics_common import NOW, MetricsCase

DELIVERED = {
    "product_score": 9,
    "service_score": 8,
    "image_score": 7,
    "money_score": 4,
    "time_score": 3,
    "effort_score": 2,
}


class SurveyCase(MetricsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.satisfaction = cls.env.ref("crm_sme.survey_satisfaction")
        cls.delivered = cls.env.ref("crm_sme.survey_delivered")
        cls.anna = cls._make_partner(
            "Anna", email="anna@example.com", consent_mail="granted"
        )

    @classmethod
    def _answer(cls, survey, said, partner=None, **over):
        """Answer a survey as the page does.

        :param dict said: by meaning of the question
        """
        answer = survey._create_answer(
            partner=cls.anna if partner is None else partner,
            check_attempts=False,
            sme_company_id=cls.company.id,
            **over,
        )
        for question in survey.question_ids:
            answer._save_lines(question, said.get(question.sme_meaning, ""))
        answer._mark_done()
        return answer


@tagged("post_install", "-at_install")
class TestSurvey(SurveyCase):
    """Demands 48, 52, 55, 86: surveys joined with the customer."""

    def test_recommendation_and_satisfaction_are_kept(self):
        """Demand 86: what was answered stands with the customer."""
        said = {"recommend": "9", "satisfaction": "5", "comment": "Good tea"}
        answer = self._answer(self.satisfaction, said)
        kept = self.anna.sme_satisfaction_ids
        self.assertEqual((kept.recommend_score, kept.satisfaction), (9, 5))
        self.assertEqual((kept.nps_class, kept.comment), ("promoter", "Good tea"))
        self.assertEqual(kept.survey_user_input_id, answer)
        self.assertEqual(kept.company_id, self.company)

    def test_delivered_value_is_kept(self):
        """Demand 55: gains less costs as the customer sees them."""
        said = {name: str(number) for name, number in DELIVERED.items()}
        self._answer(self.delivered, said)
        kept = self.anna.sme_delivered_score_ids
        self.assertEqual(kept.delivered_value, 5)
        self.assertEqual(kept.effort_score, 2)

    def test_need_is_kept_with_its_strength_and_category(self):
        """Demand 52: needs come from surveys, too, and feed the offers."""
        tea = self.env["product.category"].create({"name": "Green tea"})
        said = {"recommend": "8", "need": "green tea in big bags", "strength": "5"}
        self._answer(self.satisfaction, said)
        need = self.anna.sme_open_need_ids
        self.assertEqual(need.name, "green tea in big bags")
        self.assertEqual((need.intensity, need.source), ("5", "survey"))
        self.assertEqual(need.categ_id, tea)
        self.assertEqual(need.interaction_id.kind, "survey")

    def test_answer_is_an_interaction_in_full(self):
        """Demand 48: surveys stand beside orders and talks in one history."""
        self._answer(self.satisfaction, {"recommend": "7", "comment": "Slow parcel"})
        talk = self.anna.sme_interaction_ids
        self.assertEqual((talk.kind, talk.direction, talk.score), ("survey", "in", 7))
        self.assertIn("Slow parcel", talk.body_text)
        self.assertIn("How Satisfied", talk.summary)

    def test_answer_done_twice_is_kept_once(self):
        answer = self._answer(self.satisfaction, {"recommend": "9", "need": "Cups"})
        answer._mark_done()
        self.assertEqual(len(self.anna.sme_interaction_ids), 1)
        self.assertEqual(len(self.anna.sme_open_need_ids), 1)

    def test_unhappy_answer_becomes_a_complaint(self):
        """Demand 74: complaints are taken seriously, wherever they are heard."""
        self._answer(self.satisfaction, {"recommend": "2", "comment": "Broken cup"})
        case = self.env["sme.feedback"].search([("partner_id", "=", self.anna.id)])
        self.assertEqual((case.kind, case.origin), ("complaint", "survey"))
        self.assertIn("Broken cup", case.description)
        self.assertEqual(case.company_id, self.company)

    def test_company_says_from_when_on_a_customer_is_unhappy(self):
        self.company.sme_unhappy_recommend = -1
        self._answer(self.satisfaction, {"recommend": "0", "satisfaction": "3"})
        cases = self.env["sme.feedback"].search([("partner_id", "=", self.anna.id)])
        self.assertFalse(cases)
        with self.assertRaisesRegex(ValidationError, "-1 .never. to 10"):
            self.company.sme_unhappy_recommend = 11

    def test_answer_without_a_name_goes_by_the_address(self):
        answer = self.satisfaction._create_answer(
            email="Anna <ANNA@example.com>", check_attempts=False
        )
        recommend = self.env.ref("crm_sme.question_recommend")
        answer._save_lines(recommend, "10")
        answer._mark_done()
        self.assertEqual(self.anna.sme_satisfaction_ids.recommend_score, 10)

    def test_address_of_two_is_nobodys_answer(self):
        self._make_partner("Anne", email="anna@example.com")
        answer = self.satisfaction._create_answer(
            email="anna@example.com", check_attempts=False
        )
        answer._save_lines(self.env.ref("crm_sme.question_recommend"), "10")
        answer._mark_done()
        self.assertFalse(self.anna.sme_satisfaction_ids)

    def test_tests_and_colleagues_are_no_customers(self):
        self._answer(self.satisfaction, {"recommend": "1"}, test_entry=True)
        self._answer(self.satisfaction, {"recommend": "1"}, self.env.user.partner_id)
        self.assertFalse(self.env["sme.satisfaction"].search([]))

    def test_questions_that_were_skipped_leave_nothing(self):
        self._answer(self.satisfaction, {"satisfaction": "4"})
        kept = self.anna.sme_satisfaction_ids
        self.assertEqual((kept.has_nps, kept.nps_class), (False, False))
        self.assertFalse(self.anna.sme_open_need_ids)

    def test_latest_answers_of_a_family_are_the_customers_figure(self):
        """Demand 71: satisfaction is a figure of the customer."""
        firm = self._make_partner("Firm", is_company=True)
        clerk = self._make_partner("Clerk", parent_id=firm.id)
        satisfaction = self.env["sme.satisfaction"]
        for partner, day, recommend, satisfied in (
            (firm, "2026-06-01", 9, 0),
            (clerk, "2026-05-01", 2, 2),
            (clerk, "2026-06-02", 6, 4),
            (clerk, "2023-01-01", 0, 1),
        ):
            satisfaction.create(
                {"partner_id": partner.id, "date": day, "recommend_score": recommend,
                 "satisfaction": satisfied, "company_id": self.company.id}
            )  # fmt: skip
        self._make_order(firm, 5)
        self._make_order(self.anna, 5)
        self.refresh()
        row = self.row(firm)
        self.assertEqual((row.nps, row.satisfaction), (7.5, 4))
        self.assertEqual(str(row.satisfaction_on), "2026-06-02")
        self.assertFalse(self.row(self.anna).satisfaction_on)
        before = self.versions()
        self.refresh()
        self.assertEqual(self.versions(), before, "a second refresh writes nothing")

    def test_net_promoter_score_counts_only_who_was_asked(self):
        for recommend in (10, 9, 8, 3):
            self.env["sme.satisfaction"].create(
                {"partner_id": self.anna.id, "recommend_score": recommend,
                 "company_id": self.company.id}
            )  # fmt: skip
        self.env["sme.satisfaction"].create(
            {"partner_id": self.anna.id, "has_nps": False, "satisfaction": 2,
             "company_id": self.company.id}
        )  # fmt: skip
        ((nps, satisfaction),) = self.env["sme.satisfaction.report"]._read_group(
            [("company_id", "=", self.company.id)], [], ["nps:avg", "satisfaction:avg"]
        )
        self.assertEqual((nps, satisfaction), (25, 2))

    def test_need_and_answer_keep_the_segment_of_their_day(self):
        """Demand 52: the voice of the customer by segment."""
        first, second = self.env["sme.segment"].search([], limit=2)
        self._make_order(self.anna, 3)
        self.refresh()
        row = self.row(self.anna)
        row.segment_id = first
        self._answer(self.satisfaction, {"recommend": "9", "need": "Cups"})
        row.segment_id = second
        need = self.anna.sme_open_need_ids
        self.assertEqual(need.segment_id, first)
        self.assertEqual(self.anna.sme_satisfaction_ids.segment_id, first)
        groups = self.env["sme.need"]._read_group(
            [("partner_id", "=", self.anna.id)],
            ["segment_id", "source", "intensity"],
            ["__count"],
        )
        self.assertEqual(groups, [(first, "survey", "3", 1)])

    def test_question_with_a_meaning_is_asked_in_a_way_that_fits(self):
        question = self.env.ref("crm_sme.question_recommend")
        with self.assertRaisesRegex(ValidationError, "from 0 to 10"):
            question.scale_min = 1
        with self.assertRaisesRegex(ValidationError, "answered in words"):
            question.sme_meaning = "need"


@tagged("post_install", "-at_install")
class TestSurveyLink(SurveyCase):
    """Who is asked, and by which link."""

    def parts(self, partner=None):
        link = self.satisfaction._sme_link_for(partner or self.anna, self.company)
        return link.split("/survey/for/")[1].split("/")

    def answer_of(self, partner_id, company_id, signature):
        return self.satisfaction._sme_answer_of(
            int(partner_id), int(company_id), signature
        )

    def test_link_leads_to_the_customers_own_answer(self):
        _token, *parts = self.parts()
        answer = self.answer_of(*parts)
        self.assertEqual(answer.partner_id, self.anna)
        self.assertEqual(answer.sme_company_id, self.company)
        self.assertEqual(self.answer_of(*parts), answer, "begun: go on with it")

    def test_link_of_another_customer_does_not_fit(self):
        """Demand 12: nobody answers for somebody else."""
        ben = self._make_partner("Ben")
        _token, _anna, company, signature = self.parts()
        self.assertFalse(self.answer_of(ben.id, company, signature))
        self.assertFalse(self.answer_of(self.anna.id, company, signature[:-1] + "x"))

    def test_who_answered_just_now_is_not_asked_again_at_once(self):
        _token, *parts = self.parts()
        self.answer_of(*parts)._mark_done()
        self.assertEqual(self.answer_of(*parts).state, "done")
        with freeze_time(NOW + timedelta(days=40)):
            again = self.answer_of(*parts)
        self.assertEqual(again.state, "new")

    def test_link_of_a_deleted_customer_is_no_error(self):
        ben = self._make_partner("Ben")
        _token, *parts = self.parts(ben)
        ben.unlink()
        self.assertFalse(self.answer_of(*parts))

    def test_mail_to_one_customer_has_his_link(self):
        action = self.anna.action_sme_send_survey()
        composer = Form(
            self.env["mail.compose.message"].with_context(**action["context"])
        ).save()
        self.assertIn(self.anna.sme_satisfaction_url, composer.body)
        self.assertEqual(composer.partner_ids, self.anna)

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_mail_to_many_has_a_link_for_each_and_skips_who_must_not_get_it(self):
        """Demand 38: mass mail to a class of customers."""
        may = {"consent_mail": "granted"}
        ben = self._make_partner("Ben", email="ben@example.com", **may)
        carl = self._make_partner("Carl", email="carl@example.com", **may)
        dora = self._make_partner("Dora")
        emma = self._make_partner("Emma", email="e@example.com", consent_mail="refused")
        self.env["mail.blacklist"]._add("carl@example.com")
        everybody = self.anna | ben | carl | dora | emma
        action = everybody.action_sme_send_survey()
        self.assertEqual(action["context"]["default_res_ids"], (self.anna | ben).ids)
        composer = self.env["mail.compose.message"].with_context(**action["context"])
        composer = Form(composer).save()
        before = self.env["mail.mail"].search([])
        composer._action_send_mail()
        mails = self.env["mail.mail"].search([]) - before
        links = {self.anna.sme_satisfaction_url, ben.sme_satisfaction_url}
        for link in links:
            self.assertEqual(len(mails.filtered(lambda m, k=link: k in m.body_html)), 1)

    def test_customers_who_cannot_be_asked_are_counted_with_a_remedy(self):
        with self.assertRaisesRegex(UserError, "1 have no e-mail address.*Add an"):
            self._make_partner("Dora").action_sme_send_survey()


@tagged("post_install", "-at_install")
class TestSurveyPage(HttpCase):
    """The customer's own page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.env["res.partner"].create(
            {"name": "Anna", "email": "anna@example.com", "lang": "en_US"}
        )
        cls.survey = cls.env.ref("crm_sme.survey_satisfaction")

    def test_customer_answers_without_a_login(self):
        """Demand 86: a survey from the link to the customer's figure."""
        link = self.survey._sme_link_for(self.anna, self.env.company)
        path = link[link.index("/survey/for/") :]
        self.start_tour(path, "sme_answer_survey")
        kept = self.anna.sme_satisfaction_ids
        self.assertEqual((kept.recommend_score, kept.satisfaction), (9, 4))
        self.assertEqual(self.anna.sme_open_need_ids.name, "Bigger bags")

    def test_broken_link_still_leads_to_the_survey(self):
        path = f"/survey/for/{self.survey.access_token}/1/1/abc"
        answer = self.url_open(path)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("How Satisfied", answer.text)
        self.assertEqual(self.url_open("/survey/for/no/1/1/abc").status_code, 404)
