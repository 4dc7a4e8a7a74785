import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import DoorCase

ODD = (
    *([], {}, None, True, 1.5, -1, 10**40, [[]], ["x"], {"a": []}),
    *("", "x" * 5000, "9" * 5000, "\0", "\ud800", "٣", "²", "' OR 1=1 --"),
)
REPORT = {"run": "r1", "state": "comparing", "known_count": 1, "listed_count": 1}
CALLS = {
    "hello": {"contract": 1, "source": "shop"},
    "known": {
        **{"contract": 1, "source": "shop", "kind": "order", "after": "", "limit": 10},
        **{"date_from": "2026-01-01T00:00:00Z", "date_to": "2026-02-01T00:00:00Z"},
    },
    "replay": {"contract": 1, "source": "shop", "limit": 10, "reject_ids": [1]},
    "parcels": {
        **{"contract": 1, "source": "shop", "after": "", "limit": 10},
        "numbers": ["1"],
    },
    "compared": {
        **{"contract": 1, "source": "shop", "kind": "order", "report": REPORT},
        "differences": [{"external_id": "1", "what": "missing"}],
    },
    "renew_key": {"contract": 1},
}


@tagged("post_install", "-at_install")
class TestIngestArguments(DoorCase):
    """Whatever is sent, the door answers, or refuses with a reason that can be sent."""

    def _ask(self, method, arguments):
        """Call the door; return its answer or the reason, as it goes over the wire."""
        try:
            with self.env.cr.savepoint():
                said = getattr(self.door, method)(**arguments)
        except (UserError, AccessError) as refusal:
            said = str(refusal)
        return json.dumps(said, ensure_ascii=False).encode()

    def test_odd_arguments_are_refused_with_a_reason_and_break_nothing(self):
        """Issue: bad input gets a clear message, and never a server error."""
        for method, arguments in CALLS.items():
            for name in arguments:
                for value in ODD:
                    with self.subTest(method=method, name=name, value=str(value)[:20]):
                        said = self._ask(method, {**arguments, name: value})
                        self.assertTrue(said)
                        self.assertNotIn(b"\\u0000", said)

    def test_odd_parts_of_a_comparison_are_refused(self):
        arguments = CALLS["compared"]
        line = arguments["differences"][0]
        for value in ODD:
            for name in REPORT:
                odd = {**arguments, "report": {**REPORT, name: value}}
                self.assertTrue(self._ask("compared", odd), (name, value))
            for name in line:
                odd = {**arguments, "differences": [{**line, name: value}]}
                self.assertTrue(self._ask("compared", odd), (name, value))

    def test_the_calls_as_they_should_be_are_answered(self):
        for method, arguments in CALLS.items():
            if method != "renew_key":
                said = json.loads(self._ask(method, arguments))
                self.assertIsInstance(said, dict, (method, said))
