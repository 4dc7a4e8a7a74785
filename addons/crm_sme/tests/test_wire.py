import json
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..models.refusal_text import reason_text
from ..tools import wire
from ..tools.identity import guest_key, similar_names
from ..tools.refusal import Refusal
from ..tools.shapes import ORDER, ORDER_STATES, SHAPES, SHIPMENT_STATES
from ..tools.sums import adjustment, check_order
from .common import CONTRACT_DATA, DoorCase, make_order

HALF_CENT = Decimal("0.005")


@tagged("post_install", "-at_install")
class TestWire(BaseCase):
    def refusal(self, read, value):
        with self.assertRaises(Refusal) as caught:
            read(value)
        return caught.exception

    def test_a_refusal_names_the_place_from_the_outside_in(self):
        order = make_order()["data"]
        order["lines"][1]["tax"] = 1
        refusal = self.refusal(ORDER, order)
        self.assertEqual(
            (refusal.path, refusal.code), ("lines[1].tax", "number_not_text")
        )

    def test_numbers_are_exact_and_limited(self):
        self.assertEqual(wire.number("-12.340000"), Decimal("-12.34"))
        for wrong in ("1e3", "1,5", "", " 1", "NaN", "1.1234567", "1" * 16, "١"):
            self.assertEqual(self.refusal(wire.number, wrong).code, "not_number")
        for wrong in (1, 1.5, True, ["1"]):
            self.assertEqual(self.refusal(wire.number, wrong).code, "number_not_text")

    def test_times_are_utc_with_z(self):
        self.assertEqual(wire.when("2026-01-01T10:00:00.5Z").microsecond, 500000)
        for wrong in ("2026-01-01T10:00:00", "2026-01-01T10:00:00+02:00", "Z", 5):
            self.assertEqual(self.refusal(wire.when, wrong).code, "not_time")

    def test_text_is_cleaned_of_what_cannot_be_stored(self):
        self.assertEqual(wire.clean_text("a\x00b\ud800"), "ab\ufffd")
        dirty = {"a\x00": ["\udfff", {"b": "x\x00"}]}
        self.assertTrue(wire.needs_cleaning(wire.canonical(dirty)))
        self.assertEqual(wire.cleaned(dirty), {"a": ["\ufffd", {"b": "x"}]})
        self.assertFalse(wire.needs_cleaning(wire.canonical({"a": "茶"})))

    def test_the_hash_does_not_depend_on_the_order_of_keys(self):
        one, two = (
            wire.canonical({"a": 1, "b": "茶"}),
            wire.canonical({"b": "茶", "a": 1}),
        )
        self.assertEqual(one, '{"a":1,"b":"茶"}')
        self.assertEqual(wire.payload_hash(one), wire.payload_hash(two))

    def test_null_is_as_good_as_left_out(self):
        record = SHAPES["customer"]({"name": "A", "email": None, "tags": None})
        self.assertIsNone(record["email"])
        self.assertEqual(record["tags"], ())
        self.assertEqual(
            self.refusal(SHAPES["customer"], {"name": None}).code, "missing"
        )

    def test_half_a_unit_is_no_difference_and_more_is(self):
        order = ORDER(make_order()["data"])
        check_order({**order, "total": order["total"] + HALF_CENT}, HALF_CENT)
        with self.assertRaises(Refusal) as caught:
            check_order(
                {**order, "total": order["total"] + Decimal("0.006")}, HALF_CENT
            )
        self.assertEqual(caught.exception.params["difference"], "0.006")

    def test_what_a_refund_leaves_open_keeps_its_sum(self):
        refund = {"total": Decimal("10.00"), "lines": (), "charges": ()}
        net, tax = adjustment(refund, Decimal("84.03"), Decimal(100), 2)
        self.assertEqual((net, tax, net + tax), (Decimal("8.40"), Decimal("1.60"), 10))
        covered = {**refund, "charges": ({"total": Decimal("10.00")},)}
        self.assertIsNone(adjustment(covered, Decimal(1), Decimal(1), 2))

    def test_names_that_may_mean_the_same(self):
        alike = [
            ("Anna Berg", "BERG, Anna"),
            ("Jürgen Groß", "Jurgen Gross"),
            ("A. Berg", "Anna Berg"),
            ("Anna Maria Berg", "Anna Berg"),
            ("李娜", "李 娜"),
            ("Teehaus GmbH", "Teehaus GmbH."),
        ]
        other = [
            ("Anna Berg", "Otto Krause"),
            ("Anna Berg", "Anna Krause"),
            ("A. Berg", "B. Berg"),
            ("李娜", "王伟"),
            ("", "Anna"),
            (None, None),
        ]
        for one, two in alike:
            self.assertTrue(similar_names(one, two), (one, two))
            self.assertTrue(similar_names(two, one), (two, one))
        for one, two in other:
            self.assertFalse(similar_names(one, two), (one, two))

    def test_a_guest_is_known_by_the_strongest_key(self):
        self.assertEqual(guest_key("a@x.com", "+49301", "7"), "guest:a@x.com")
        self.assertEqual(guest_key(None, "+49301", "7"), "guest:+49301")
        self.assertEqual(guest_key(None, None, "7"), "guest:#7")
        self.assertIsNone(guest_key("", None, None))


@tagged("post_install", "-at_install")
class TestWireAgainstOthers(DoorCase):
    def test_the_words_of_states_are_those_of_the_models(self):
        words = dict(self.env["sme.order"]._fields["state"].selection)
        self.assertEqual(set(words), set(ORDER_STATES))
        words = dict(self.env["sme.shipment"]._fields["state"].selection)
        self.assertEqual(set(words), set(SHIPMENT_STATES))

    def test_shapes_are_those_of_the_schema(self):
        schema = json.loads((CONTRACT_DATA / "schema.json").read_text("utf-8"))["$defs"]
        for kind, shape in SHAPES.items():
            definition = schema[kind.capitalize()]
            self.assertEqual(set(definition["properties"]), set(shape.converters), kind)
            self.assertEqual(set(definition.get("required", [])), shape.required, kind)

    def test_every_reason_is_a_text_without_holes(self):
        codes = [
            Refusal("", "missing"),
            Refusal("", "not_text", kind="int"),
            Refusal("", "order_sum", total=1, found=2, difference=1),
            Refusal("", "odoo", message="100% wrong"),
        ]
        for refusal in codes:
            text = reason_text(self.env, refusal)
            self.assertNotIn("%(", text)
            self.assertGreater(len(text), 5)
