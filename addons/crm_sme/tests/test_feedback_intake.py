from datetime import timedelta

from odoo.tests import freeze_time, tagged

from ..models import sme_feedback_intake
from .common import (
    V1,
    V2,
    DoorCase,
    make_customer,
    make_order,
    make_review,
    make_shipment,
)

NOW = "2026-01-08 12:00:00"
SCAN = {"at": "2026-01-06T08:00:00Z", "text": "Nobody at home"}


def trouble(state="delivery_failed", version=V1, **over):
    events = [SCAN | {"state": state}, *over.pop("events", [])]
    return make_shipment("s1", version, state=state, events=events, **over)


@tagged("post_install", "-at_install")
@freeze_time(NOW)
class TestFeedbackIntake(DoorCase):
    """Demands 74, 77: bad reviews and parcels in trouble become cases, each once."""

    def setUp(self):
        super().setUp()
        self.push(make_customer(), make_order())

    def take_in(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_sme.ir_cron_feedback_intake").method_direct_trigger()
        self.env.invalidate_all()
        return self.env["sme.feedback"].search([("company_id", "=", self.company.id)])

    def test_bad_review_becomes_a_complaint_with_product_and_order(self):
        self.source().create_products = True
        self.push(
            {"kind": "product", "external_id": "p1", "version": V1,
             "data": {"name": "Teapot", "sku": "TEA-1", "price": "20.00"}},
        )  # fmt: skip
        self.push(
            make_review(
                rating="1", title="Broken", product_external_id="p1",
                order_external_id="o1",
            )
        )  # fmt: skip
        case = self.take_in()
        review = self.env["sme.interaction"].search([("kind", "=", "review")])
        self.assertRecordValues(
            case,
            [
                {
                    "kind": "complaint",
                    "origin": "review",
                    "severity": "2",
                    "partner_id": self.partner().id,
                    "interaction_id": review.id,
                    "product_id": self.binding("p1", "product").product_id.id,
                    "order_id": self.order().id,
                    "summary": "★ · Broken",
                    "external_id": "r1",
                    "source_id": self.source().id,
                }
            ],
        )
        self.assertIn("Pours well.", case.description)
        self.assertFalse(case.first_response_on)

    def test_reviews_above_the_setting_make_no_case(self):
        self.push(make_review(rating="2.5"), make_review("r2", rating=None))
        self.assertFalse(self.take_in())
        self.company.sme_bad_review = 3
        self.assertEqual(len(self.take_in()), 1)

    def test_no_cases_when_the_company_wants_none(self):
        self.company.write({"sme_bad_review": 0, "sme_parcel_cases": False})
        self.push(make_review(rating="1"), trouble())
        self.assertFalse(self.take_in())

    def test_history_of_a_first_import_makes_no_cases(self):
        self.push(make_review(rating="1", at="2025-11-05T08:00:00Z"))
        self.assertFalse(self.take_in())

    def test_review_sent_again_and_changed_makes_no_second_case(self):
        self.push(make_review(rating="1"))
        case = self.take_in()
        self.push(make_review(rating="1"))
        self.push(make_review("r1", V2, rating="2", text="Still bad"))
        self.assertEqual(self.take_in(), case)
        case.action_solve()
        self.push(make_review("r1", "2026-01-03T00:00:00.000000Z", rating="1"))
        self.assertEqual(self.take_in(), case)
        self.assertFalse(case.is_open, "settled is settled")

    def test_review_that_a_person_made_a_case_of_makes_no_second_one(self):
        self.push(make_review(rating="1"))
        review = self.env["sme.interaction"].search([("kind", "=", "review")])
        review.action_make_feedback()
        self.assertEqual(len(self.take_in()), 1)

    def test_review_that_became_bad_makes_a_case(self):
        self.push(make_review(rating="5"))
        self.assertFalse(self.take_in())
        self.push(make_review("r1", V2, rating="1"))
        self.assertEqual(len(self.take_in()), 1)

    def test_parcel_in_trouble_becomes_one_request_whatever_its_scans(self):
        self.push(trouble())
        case = self.take_in()
        self.assertRecordValues(
            case,
            [
                {
                    "kind": "request",
                    "origin": "delivery",
                    "severity": "1",
                    "partner_id": self.partner().id,
                    "order_id": self.order().id,
                    "carrier": "DHL",
                    "summary": "DHL · JD1 · Nobody at home",
                    "cause_id": self.env.ref(
                        "crm_sme.sme_feedback_cause_undelivered"
                    ).id,
                    "department": "delivery",
                }
            ],
        )
        self.assertEqual(case.shipment_id.tracking_number, "JD1")
        self.push(
            trouble(
                "returned", V2,
                events=[{"at": "2026-01-07T08:00:00Z", "state": "returned",
                         "text": "Back"}],
            )
        )  # fmt: skip
        self.assertEqual(self.take_in(), case)
        entries = self.env["sme.interaction"].search(
            [("partner_id", "=", self.partner().id), ("kind", "=", "request")]
        )
        self.assertFalse(entries, "the delivery problem is in the history already")

    def test_what_a_carrier_tells_of_a_parcel_is_one_case_with_it(self):
        told = trouble()
        told["data"] = {
            name: value
            for name, value in told["data"].items()
            if name != "order_external_id"
        }
        self.push(make_shipment())
        self.push(told, source="carrier")
        case = self.take_in()
        self.assertEqual(len(case), 1)
        self.assertEqual(case.shipment_id.order_id, self.order())
        self.assertIn("Nobody at home", case.summary)

    def test_review_that_names_no_order_goes_to_the_last_one_with_the_product(self):
        self.source().create_products = True
        self.push(
            {"kind": "product", "external_id": "p1", "version": V1,
             "data": {"name": "Teapot", "sku": "TEA-1", "price": "20.00"}},
            make_order("o2", ordered_at="2026-01-04T10:00:00Z"),
        )  # fmt: skip
        self.push(make_review(rating="1", product_external_id="p1"))
        self.assertEqual(self.take_in().order_id, self.order("o2"))

    def test_review_that_the_shop_hides_makes_no_case(self):
        self.push(make_review(rating="1", state="hidden"))
        self.assertFalse(self.take_in())

    def test_returned_parcel_is_urgent(self):
        self.push(trouble("returned"))
        self.assertEqual(self.take_in().severity, "2")

    def test_parcel_that_arrives_after_all_settles_its_case(self):
        self.push(trouble())
        case = self.take_in()
        self.push(
            make_shipment(
                "s1", V2, state="delivered", delivered_at="2026-01-08T08:00:00Z"
            )
        )
        self.take_in()
        self.assertFalse(case.is_open)
        self.assertFalse(case.first_response_on, "nobody answered")
        self.assertFalse(case.rating_asked_on, "nobody is asked")
        self.assertIn("delivered after all", case.solution)

    def test_case_that_somebody_works_on_is_not_settled_by_the_parcel(self):
        self.push(trouble())
        case = self.take_in()
        case.first_response_on = "2026-01-07 08:00:00"
        self.push(
            make_shipment(
                "s1", V2, state="delivered", delivered_at="2026-01-08T08:00:00Z"
            )
        )
        self.assertTrue(self.take_in().is_open)

    def test_case_goes_with_the_guest_who_becomes_a_customer(self):
        ref = {"external_id": "c9", "email": "new@example.com", "name": "New"}
        self.push(
            make_order("o9", customer=ref),
            make_review("r9", rating="1", customer=ref, order_external_id="o9"),
            trouble(order_external_id="o9"),
        )
        cases = self.take_in()
        self.assertEqual(len(cases), 2)
        self.push(make_customer("c9", email="other@example.com", name="New Name"))
        cases.invalidate_recordset()
        self.assertEqual(cases.partner_id, self.partner("c9"))
        self.assertEqual(cases.history_id.partner_id, self.partner("c9"))

    def test_many_are_taken_in_batch_by_batch(self):
        self.patch(sme_feedback_intake, "BATCH", 3)
        self.push(*[make_review(f"r{n}", rating="1") for n in range(10)])
        self.assertEqual(len(self.take_in()), 10)

    def test_case_comes_with_the_age_of_the_word_not_of_the_computer(self):
        self.push(make_review(rating="2"))
        case = self.take_in()
        self.assertEqual(str(case.date), "2026-01-05 08:00:00")
        self.assertEqual(case.deadline - case.date, timedelta(hours=72))
