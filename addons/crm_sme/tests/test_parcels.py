import itertools
import json
import random
from datetime import datetime, timedelta
from types import SimpleNamespace

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..metrics.care_triggers import _after_delivery, _late_parcel
from ..metrics.feedback_intake import parcels_in_trouble
from ..tools.parcels import Claim, Row, joined, same_carrier, settled, tracking_key
from .common import (
    CONTRACT_DATA,
    V2,
    V3,
    DoorCase,
    gone,
    make_customer,
    make_order,
    make_report,
    make_shipment,
)

NUMBER = "jd1 23456"
SHOP = {"tracking_number": NUMBER, "state": "in_transit", "events": []}


@tagged("post_install", "-at_install")
class TestParcels(DoorCase):
    """What carriers say, on the parcels of the shops."""

    def setUp(self):
        super().setUp()
        self.push(make_customer(), make_order(), make_shipment(**SHOP))
        self.parcel = self.env["sme.shipment"].search([])
        # the sample data is older than what carriers are asked about
        self.parcel.shipped_on = datetime.now() - timedelta(days=3)

    def tell(self, *reports, source="carrier"):
        """Push what a carrier says."""
        return self.push(*reports, source=source, stream="shipments")

    def report(self):
        return self.env["sme.shipment"].search([("source_id.code", "=", "carrier")])

    def told(self, kind):
        return self.env["sme.interaction"].search([("kind", "=", kind)])

    def asked(self, source="carrier", **over):
        return self.door.parcels(1, source, **over)

    # ------------------------------------------------------------------- joining
    def test_a_carrier_tells_more_of_the_shops_parcel_and_one_row_is_shown(self):
        """Demand 33: one parcel, whoever tells of it."""
        self.tell(make_report())
        self.assertEqual(self.report().parcel_id, self.parcel)
        self.assertEqual(self.parcel.state, "out_for_delivery")
        self.assertEqual(self.parcel.state_raw, "OUT")
        self.assertEqual(self.parcel.scan_ids.mapped("text"), ["Van", "Hub"])
        self.assertEqual(self.report().partner_id, self.partner())
        self.assertEqual(self.report().order_id, self.order())
        self.assertEqual(self.order().shipment_ids, self.parcel)
        self.assertEqual(self.partner().sme_shipment_ids, self.parcel)
        self.assertEqual(self.partner().sme_open_shipment_count, 1)
        action = self.env.ref("crm_sme.sme_shipment_action")._get_action_dict()
        shown = self.env["sme.shipment"].search(
            [("parcel_id", "=", False)] if action["domain"] else []
        )
        self.assertEqual(shown, self.parcel)

    def test_an_arrival_and_a_problem_are_told_once_on_the_shops_parcel(self):
        """Demand 17: every event lands once; Demand 13: on the customer."""
        lost = {"at": "2026-01-04T09:00:00Z", "state": "exception", "text": "Damaged"}
        arrived = {"delivered_at": "2026-01-05T09:00:00Z", "state": "delivered"}
        self.tell(make_report(events=[lost], **arrived))
        self.push(make_shipment(version=V2, **{**SHOP, **arrived}))
        self.tell(make_report(events=[lost], version=V2, **arrived))
        for kind in ("shipment", "delivery", "delivery_exception"):
            with self.subTest(kind):
                noticed = self.told(kind)
                self.assertEqual(len(noticed), 1)
                self.assertEqual(noticed.shipment_id, self.parcel)
                self.assertEqual(noticed.partner_id, self.partner())
                self.assertEqual(noticed.order_id, self.order())
        self.assertFalse(self.parcel.is_open)
        self.assertEqual(self.parcel.delivered_on, datetime(2026, 1, 5, 9))

    def test_one_parcel_is_one_case_and_one_apology(self):
        """Demand 13: a carrier's row beside the shop's is no second parcel."""
        lost = {"at": "2026-01-04T09:00:00Z", "state": "exception", "text": "Damaged"}
        late = {"promised_at": "2026-01-03T09:00:00Z"}
        self.tell(make_report(state="exception", events=[lost], **late))
        found = parcels_in_trouble(self.env, self.company, datetime(2026, 1, 1), 100)
        self.assertEqual([row["shipment_id"] for row in found], [self.parcel.id])
        self.assertEqual(found[0]["said"], "Damaged")
        self.parcel.promised_on = False
        self.env.flush_all()
        plan = SimpleNamespace(company_id=self.company)
        window = SimpleNamespace(
            as_of=SimpleNamespace(now=datetime.now()),
            has_moment=lambda column: SQL("%s IS NOT NULL", column),
        )
        self.assertEqual(self.env.execute_query(_late_parcel(None, plan, window)), [])
        self.tell(make_report(state="delivered", events=[lost], version=V2))
        self.parcel.delivered_on = False
        self.env.flush_all()
        gone_by = self.env.execute_query(_after_delivery(None, plan, window))
        self.assertEqual(gone_by, [])

    def test_what_a_carrier_said_outlives_the_shops_next_word(self):
        self.tell(make_report(state="delivered", delivered_at="2026-01-05T09:00:00Z"))
        self.push(make_shipment(version=V2, **{**SHOP, "service": "Express"}))
        self.assertEqual(self.parcel.service, "Express")
        self.assertEqual(self.parcel.state, "delivered")
        self.assertEqual(self.parcel.delivered_on, datetime(2026, 1, 5, 9))
        self.assertEqual(self.report().parcel_id, self.parcel)

    def test_an_unknown_word_never_overwrites_what_is_known(self):
        for state in ("unknown", "pending"):
            self.tell(make_report(state=state, state_raw="?", events=[]))
            self.assertEqual(self.parcel.state, "in_transit")
        self.assertEqual(self.report().state, "pending")

    def test_a_delivered_parcel_opens_only_for_a_later_return(self):
        self.tell(make_report(state="delivered", delivered_at="2026-01-05T09:00:00Z"))
        late = [{"at": "2026-01-06T08:00:00Z", "state": "in_transit"}]
        self.tell(make_report(version=V2, state="in_transit", events=late))
        self.assertEqual(self.report().state, "in_transit")
        self.push(
            make_shipment(
                version=V2,
                **{
                    **SHOP,
                    "state": "delivered",
                    "delivered_at": "2026-01-05T09:00:00Z",
                },
            )
        )
        self.assertEqual(self.parcel.state, "delivered")
        back = [{"at": "2026-01-08T08:00:00Z", "state": "returning"}]
        self.tell(make_report(version=V3, state="returning", events=back))
        self.assertEqual(self.parcel.state, "returning")
        self.assertTrue(self.parcel.is_open)

    def test_a_carrier_that_told_first_joins_when_the_shop_tells(self):
        self.tell(make_report("ZZ-998877"))
        self.assertFalse(self.report().parcel_id)
        self.assertFalse(self.report().partner_id)
        self.push(make_shipment("s2", **{**SHOP, "tracking_number": "ZZ998877"}))
        parcel = self.report().parcel_id
        self.assertEqual(parcel.external_id, "s2")
        self.assertEqual(parcel.state, "out_for_delivery")
        self.assertEqual(self.report().partner_id, self.partner())

    def test_a_customer_who_comes_later_comes_to_the_carriers_row_as_well(self):
        late = make_shipment("s9", **{**SHOP, "tracking_number": "ZZ998877"})
        late["data"]["order_external_id"] = "o9"
        self.push(late)
        self.tell(make_report("ZZ998877"))
        self.assertFalse(self.report().order_id)
        self.push(make_order("o9"))
        self.assertEqual(self.report().order_id, self.order("o9"))
        self.assertEqual(self.report().partner_id, self.partner())

    def test_two_carriers_that_follow_one_parcel_join_to_one_row(self):
        self.tell(make_report())
        self.tell(
            make_report(
                carrier="DHL Express",
                state="delivered",
                delivered_at="2026-01-06T10:00:00Z",
            ),
            source="other",
        )
        self.assertEqual(len(self.parcel.report_ids), 2)
        self.assertEqual(self.parcel.state, "delivered")
        self.assertEqual(len(self.told("delivery")), 1)

    def test_of_two_parcels_with_a_number_that_of_the_same_carrier_is_meant(self):
        other = make_shipment("s2", **{**SHOP, "carrier": "SF Express"})
        self.push(other)
        self.tell(make_report(carrier="sf"))
        self.assertEqual(self.report().parcel_id.external_id, "s2")
        self.assertEqual(self.parcel.state, "in_transit")

    def test_another_company_with_the_same_number_hears_nothing(self):
        other = self._make_company("Other")
        robot = self._make_robot("robot2", other)
        door = self.env["sme.ingest"].with_user(robot)
        self.push(make_report(), source="theirs", stream="shipments", door=door)
        self.assertEqual(self.parcel.state, "in_transit")
        self.assertFalse(self.parcel.report_ids)
        self.assertEqual(door.parcels(1, "theirs")["items"], [])

    def test_a_carrier_that_forgets_a_parcel_takes_nothing_back(self):
        self.tell(make_report(state="delivered", delivered_at="2026-01-05T09:00:00Z"))
        self.push(
            gone("shipment", "dhl:JD1-23456"), source="carrier", stream="reconcile/s"
        )
        self.push(make_shipment(version=V2, **SHOP))
        self.assertEqual(self.parcel.state, "delivered")

    def test_many_parcels_join_in_about_as_many_queries_as_one(self):
        numbers = [f"RA{n:09d}" for n in range(300)]
        self.push(
            *(
                make_shipment(f"m{n}", **{**SHOP, "tracking_number": number})
                for n, number in enumerate(numbers)
            )
        )
        one = self.queries(make_report(numbers[0]))
        many = self.queries(*map(make_report, numbers[1:]))
        self.assertLessEqual(many, one + 2)
        self.assertEqual(
            self.env["sme.shipment"].search_count([("parcel_id", "!=", False)]), 300
        )

    def queries(self, *reports):
        """Return the number of queries that a push of reports costs."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.tell(*reports)
        return self.env.cr.sql_log_count - before

    # ----------------------------------------------------------- what is asked for
    def test_open_parcels_come_in_pages_with_what_a_carrier_needs(self):
        self.order().buyer_phone = "+86 138 0013 8000"
        self.push(make_shipment("s2", **{**SHOP, "tracking_number": "ZZ998877"}))
        newer = self.env["sme.shipment"].search([("external_id", "=", "s2")])
        newer.shipped_on = False
        page = self.asked(limit=1)
        (item,) = page["items"]
        self.assertEqual(
            {k: item[k] for k in item if k != "shipped_at"},
            {
                "id": str(self.parcel.id),
                "tracking_number": NUMBER,
                "carrier": "DHL",
                "order": "S1",
                "phone": "+86 138 0013 8000",
                "country": "DE",
            },
        )
        self.assertTrue(item["shipped_at"].endswith("Z"))
        rest = self.asked(after=page["next"])
        self.assertEqual([i["id"] for i in rest["items"]], [str(newer.id)])
        self.assertIsNone(rest["next"])

    def test_what_has_arrived_is_old_gone_or_no_number_is_not_asked_about(self):
        self.assertEqual(len(self.asked()["items"]), 1)
        for values in (
            {"is_open": False},
            {"shipped_on": datetime.now() - timedelta(days=91)},
            {"gone_on": datetime.now()},
            {"tracking_number": "123"},
            {"tracking_number": "selbstabholung"},
            {"tracking_number": False},
        ):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                self.parcel.write(values)
                self.env.flush_all()
                self.assertEqual(self.asked()["items"], [])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_carriers_own_row_is_not_asked_about(self):
        self.tell(make_report("ZZ998877"))
        self.assertEqual(len(self.asked()["items"]), 1)
        self.assertEqual(len(self.asked(source="shop")["items"]), 0)

    def test_named_numbers_are_given_whatever_their_state(self):
        self.parcel.is_open = False
        self.assertEqual(self.asked(numbers=["ZZ1"])["items"], [])
        (item,) = self.asked(numbers=["JD123456", "zz1"])["items"]
        self.assertEqual(item["tracking_number"], NUMBER)

    def test_a_number_shared_by_two_orders_is_asked_about_once(self):
        self.push(make_order("o2"))
        self.push(make_shipment("s2", order_external_id="o2", **SHOP))
        self.env["sme.shipment"].search([]).shipped_on = datetime.now()
        self.assertEqual(len(self.asked()["items"]), 1)

    def test_a_malformed_question_is_refused(self):
        for wrong in (
            {"limit": 0},
            {"limit": True},
            {"after": "x"},
            {"after": 5},
            {"numbers": "JD1"},
            {"numbers": [1]},
        ):
            with self.subTest(wrong), self.assertRaises(UserError):
                self.asked(**wrong)

    def test_only_the_sync_agent_may_ask(self):
        user = new_test_user(self.env, "nosy", groups="crm_sme.crm_sme_group_manager")
        with self.assertRaises(AccessError):
            self.env["sme.ingest"].with_user(user).parcels(1, "carrier")


@tagged("post_install", "-at_install")
class TestParcelRules(DoorCase):
    """The samples of the contract, and the plain rules beneath."""

    def test_every_sample_of_the_open_parcels_gets_the_answer_it_names(self):
        """Samples that the agent's tests read as well."""
        files = sorted((CONTRACT_DATA / "parcels").glob("*.json"))
        self.assertGreater(len(files), 3)
        for file in files:
            sample = json.loads(file.read_text(encoding="utf-8"))
            with self.subTest(file.stem), self.env.cr.savepoint() as savepoint:
                for call in sample["before"]:
                    self.assertEqual(self.door.push(**call)["status"], "ok")
                self.assertEqual(self.answer(sample["call"]), sample["expect"])
                savepoint.rollback()
                self.env.invalidate_all()

    def answer(self, call):
        """Return the answer to a call; ids are numbered in their order."""
        answer = self.door.parcels(**call)
        ids = {item["id"]: str(n) for n, item in enumerate(answer["items"], 1)}
        items = [{**item, "id": ids[item["id"]]} for item in answer["items"]]
        return {"items": items, "next": ids.get(answer["next"])}

    def at(self, hours):
        return datetime(2026, 1, 1) + timedelta(hours=hours)

    def test_a_number_is_compared_without_what_people_put_into_it(self):
        for given, key in (
            ("sf 123-45", "SF12345"),
            (" JD.1/2 ", "JD12"),
            ("顺丰", None),
            ("", None),
            (None, None),
        ):
            self.assertEqual(tracking_key(given), key)

    def test_the_state_follows_event_time_not_arrival(self):
        """Demand 17: a late message never puts a parcel back."""
        claims = [
            Claim("info_received", self.at(0)),
            Claim("in_transit", self.at(1)),
            Claim("delivery_failed", self.at(2)),
            Claim("delivered", self.at(3)),
            Claim("in_transit", self.at(4)),
            Claim("unknown", self.at(5)),
            Claim("pending", self.at(6)),
        ]
        shuffled = random.Random(7)
        for _round in range(50):
            shuffled.shuffle(claims)
            self.assertEqual(settled(claims).state, "delivered")

    def test_only_a_return_or_an_exception_follows_a_delivery(self):
        states = [w for w, _l in self.env["sme.shipment"]._fields["state"].selection]
        for state in states:
            after = settled([Claim("delivered", self.at(0)), Claim(state, self.at(1))])
            stays = state not in {"returning", "returned", "exception"}
            self.assertEqual(after.state, "delivered" if stays else state)
            before = settled([Claim("delivered", self.at(1)), Claim(state, self.at(0))])
            self.assertEqual(before.state, "delivered")

    def test_a_known_word_always_beats_an_unknown_one(self):
        for first, second in itertools.permutations(
            ("unknown", "pending", "customs"), 2
        ):
            best = settled([Claim(first, self.at(0)), Claim(second, self.at(1))])
            self.assertNotEqual(best.state, "unknown")
        self.assertIsNone(settled([]))

    def test_carriers_have_many_names(self):
        self.assertTrue(same_carrier("DHL Express", "dhl-express"))
        self.assertTrue(same_carrier("DHL", "dhl_universal"))
        self.assertFalse(same_carrier("UPS", "USPS Inc"))
        self.assertFalse(same_carrier(None, "UPS"))

    def test_the_parcel_sent_last_has_a_number_that_was_given_out_again(self):
        rows = [
            Row(1, of_shop=True, shipped_on=self.at(5)),
            Row(2, of_shop=True, shipped_on=self.at(1)),
            Row(3, of_shop=True, shipped_on=self.at(9), gone=True),
            Row(4, of_shop=False),
        ]
        self.assertEqual(joined(rows), {4: 1})
        self.assertEqual(joined(rows[2:]), {4: 3})
        self.assertEqual(joined(rows[3:]), {4: None})
