import json

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import DoorCase, make_customer, make_order, make_review, make_shipment

GROUPS = ("user", "officer", "manager")
# Model: groups that read, write, create, delete; the least of user, officer, manager.
RIGHTS = {
    "sme.source": ("user", "manager", "manager", "manager"),
    "sme.stream": ("user", "manager", None, None),
    "sme.sync.run": ("officer", None, None, "manager"),
    "sme.binding": ("user", None, None, "manager"),
    "sme.reject": ("officer", "officer", None, "manager"),
    "sme.duplicate": ("user", "user", None, "manager"),
    "sme.touch": ("manager", None, None, None),
    "sme.identity.claim": ("manager", None, None, None),
    "sme.order": ("user", "officer", None, "manager"),
    "sme.order.line": ("user", None, None, "manager"),
    "sme.shipment": ("user", "officer", None, "manager"),
    "sme.tracking.event": ("user", None, None, "manager"),
    "sme.interaction": ("user", "user", "user", "manager"),
    "sme.customer.value": ("user", None, None, None),
    "sme.care.report": ("officer", None, None, None),
    "sme.care.calendar": ("user", "officer", "officer", "officer"),
    "sme.customer.kind": ("user", "manager", "manager", "manager"),
    "sme.lifecycle.stage": ("user", "manager", "manager", "manager"),
    "sme.rfm.threshold": ("user", None, None, None),
    "sme.affinity": ("user", None, None, None),
    "sme.best.seller": ("user", None, None, None),
    "sme.need": ("user", "user", "user", "manager"),
    "sme.lifecycle.move": ("user", None, None, None),
    "sme.customer.snapshot": ("user", None, None, None),
    "sme.customer.stock.report": ("user", None, None, None),
    "sme.customer.move.report": ("user", None, None, None),
    "sme.acquisition.cost": ("officer", "officer", "officer", "officer"),
    "sme.acquisition.report": ("officer", None, None, None),
    "sme.segment": ("user", "officer", "officer", "officer"),
    "sme.segment.member": ("user", None, None, None),
    "sme.segment.figure": ("user", None, None, None),
    "sme.segment.move.report": ("user", None, None, None),
    "sme.segment.grouping": ("user", None, None, "manager"),
    "sme.feedback": ("user", "user", "user", "manager"),
    "sme.feedback.report": ("user", None, None, None),
    "sme.feedback.pareto": ("user", None, None, None),
    "sme.feedback.stage": ("user", "manager", "manager", "manager"),
    "sme.feedback.cause": ("user", "officer", "officer", "manager"),
    "sme.feedback.team": ("user", "manager", "manager", "manager"),
}
# Odoo logs each refusal, and the old transport that agents may still use.
NOISE = ("odoo.http", "odoo.addons.rpc.controllers.jsonrpc")
OWNED = ("sme.order", "sme.shipment", "sme.interaction", "sme.customer.value")


@tagged("post_install", "-at_install")
class TestAccess(DoorCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            group: cls._make_user(group, f"crm_sme.crm_sme_group_{group}")
            for group in GROUPS
        }

    @classmethod
    def _make_user(cls, login, group):
        return new_test_user(
            cls.env,
            login,
            groups=group,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
            lang="en_US",
        )

    def test_each_group_has_the_rights_of_the_table_and_no_more(self):
        for model, rights in RIGHTS.items():
            operations = ("read", "write", "create", "unlink")
            for operation, least in zip(operations, rights, strict=True):
                for position, group in enumerate(GROUPS):
                    may = least is not None and position >= GROUPS.index(least)
                    has = self.env[model].with_user(self.users[group])
                    self.assertEqual(
                        has.has_access(operation), may, f"{group} {operation} {model}"
                    )

    def test_every_model_of_the_addon_is_in_the_table_or_a_dialog(self):
        names = self.env["ir.model"].search(
            [("model", "=like", "sme.%"), ("transient", "=", False)]
        )
        stored = {n.model for n in names if not self.env[n.model]._abstract}
        self.assertLessEqual({name for name in stored if name in RIGHTS}, stored)
        self.assertFalse({name for name in RIGHTS if name not in stored})

    def test_nobody_sees_records_of_another_company(self):
        other = self._make_company("Second")
        door = self.env["sme.ingest"].with_user(self._make_robot("robot2", other))
        records = (make_customer(), make_order(total="34.75"), make_shipment(),
                   make_review(), make_order("bad", total="1"))  # fmt: skip
        self.push(*records, door=door, source="second")
        self.push(*records)
        for model in RIGHTS:
            if "company_id" not in self.env[model]._fields:
                continue
            found = self.env[model].search([]).filtered("company_id").company_id
            if other not in found:
                continue
            seen = self.env[model].with_user(self.users["manager"]).search([])
            self.assertLessEqual(seen.sudo().company_id, self.company, model)

    def test_a_salesman_sees_own_and_unowned_customers_and_an_officer_all(self):
        """Demand 12: customer data is safe."""
        self.push(
            make_customer("c1"),
            make_customer("c2", email="b@example.com", name="B"),
            make_customer("c3", email="c@example.com", name="C"),
            *[
                record
                for n in (1, 2, 3)
                for record in (
                    make_order(f"o{n}", customer={"external_id": f"c{n}"}),
                    make_shipment(f"s{n}", order_external_id=f"o{n}"),
                )
            ],
        )
        self.partner("c1").user_id = self.users["user"]
        self.partner("c2").user_id = self.users["officer"]
        self.env["sme.customer.value"].search([]).unlink()
        self.env["sme.customer.value"].create(
            [
                {"partner_id": self.partner(f"c{n}").id, "company_id": self.company.id}
                for n in (1, 2, 3)
            ]
        )
        own = self.partner("c1") | self.partner("c3")
        everyone = own | self.partner("c2")
        for model in OWNED:
            records = self.env[model].with_user(self.users["user"]).search([])
            self.assertEqual(records.sudo().partner_id, own, model)
            records = self.env[model].with_user(self.users["officer"]).search([])
            self.assertEqual(records.sudo().partner_id, everyone, model)
        lines = self.env["sme.order.line"].with_user(self.users["user"]).search([])
        self.assertEqual(lines.sudo().order_id.partner_id, own)
        events = self.env["sme.tracking.event"].with_user(self.users["user"]).search([])
        self.assertEqual(events.sudo().shipment_id.partner_id, own)

    def test_an_order_without_customer_is_seen_by_salespeople(self):
        self.push(make_order(customer=None))
        seen = self.env["sme.order"].with_user(self.users["user"]).search([])
        self.assertEqual(seen, self.order())

    def test_the_sync_agent_reads_no_table_at_all(self):
        robot = self.env(user=self.robot)
        readable = []
        for name in self.env.registry:
            model = robot[name]
            if model._abstract or model._transient:
                continue
            readable += [
                f"{name} {operation}"
                for operation in ("read", "write", "create", "unlink")
                if model.has_access(operation)
            ]
        # What Odoo gives to everybody who is logged in, without any group.
        given = self.env["ir.model.access"].search([("group_id", "=", False)])
        free = {access.model_id.model for access in given if access.perm_read}
        self.assertLessEqual({entry.split()[0] for entry in readable}, free, readable)
        for name in ("res.partner", "res.users", "sale.order", "crm.lead", *RIGHTS):
            with self.assertRaises(AccessError):
                robot[name].search([], limit=1)

    def test_a_portal_user_reads_no_field_that_this_addon_adds_to_partners(self):
        portal = self._make_user("portal", "base.group_portal")
        partner = portal.partner_id.with_user(portal)
        self.assertTrue(partner.read(["name"]))
        ours = [
            name
            for name, field in self.env["res.partner"]._fields.items()
            if "crm_sme" in (field._modules or ()) and field._modules[0] == "crm_sme"
        ]
        self.assertGreater(len(ours), 5)
        for name in ours:
            with self.assertRaises(AccessError, msg=name):
                partner.read([name])

    def test_only_managers_connect_agents_and_only_administrators_for_long(self):
        Keys = self.env["sme.agent.key"]
        for group in ("user", "officer"):
            with self.assertRaises(AccessError):
                Keys.with_user(self.users[group])._issue("x")
        login, key = Keys.with_user(self.users["manager"])._issue("x")
        self.assertTrue(key)
        user = self.env["res.users"].search([("login", "=", login)])
        group = self.env.ref("crm_sme.crm_sme_group_sync")
        self.assertEqual(user.all_group_ids, group)
        self.assertEqual(user.company_id, self.company)
        for days in (0, 365):
            with self.assertRaisesRegex(AccessError, "administrator"):
                Keys.with_user(self.users["manager"])._issue("x", days=days)
        again, _key = Keys.sudo()._issue("x", company=self.company, days=0)
        self.assertEqual(again, login)
        hello = self.env["sme.ingest"].with_user(user).hello(1)
        self.assertIsNone(hello["key_expires_in_days"])

    def test_a_robot_with_more_rights_gets_no_key(self):
        Keys = self.env["sme.agent.key"].sudo()
        login, _key = Keys._issue("x", company=self.company)
        user = self.env["res.users"].search([("login", "=", login)])
        user.group_ids |= self.env.ref("base.group_user")
        with self.assertRaisesRegex(Exception, "other groups"):
            Keys._issue("y", company=self.company)

    def test_the_dialog_shows_the_key_with_the_lines_to_paste(self):
        wizard = (
            self.env["sme.agent.key"]
            .with_user(self.users["manager"])
            .create({"name": "server", "company_id": self.company.id})
        )
        action = wizard.action_issue()
        shown = action["context"]
        self.assertIn(shown["default_key"], shown["default_snippet"])
        self.assertIn(f'database = "{self.env.cr.dbname}"', shown["default_snippet"])
        self.assertFalse(wizard.key)


@tagged("post_install", "-at_install")
class TestAccessByHttp(HttpCase):
    def setUp(self):
        super().setUp()
        self.login, self.key = self.env["sme.agent.key"].sudo()._issue("test", days=30)

    def _json2(self, model, method, key=None, **arguments):
        return self.url_open(
            f"/json/2/{model}/{method}",
            data=json.dumps(arguments),
            headers={
                "Authorization": f"bearer {key or self.key}",
                "Content-Type": "application/json",
            },
        )

    def _jsonrpc(self, service, method, *arguments):
        response = self.url_open(
            "/jsonrpc",
            data=json.dumps(
                {
                    "jsonrpc": "2.0",
                    "method": "call",
                    "params": {"service": service, "method": method, "args": arguments},
                }
            ),
            headers={"Content-Type": "application/json"},
        )
        return response.json()

    @mute_logger(*NOISE)
    def test_the_key_opens_the_door_over_json_2_and_nothing_else(self):
        hello = self._json2("sme.ingest", "hello", contract=1)
        self.assertEqual(hello.status_code, 200, hello.text)
        self.assertIn(hello.json()["key_expires_in_days"], (28, 29))
        for model in ("res.partner", "res.users", "sme.order", "sme.source"):
            refused = self._json2(model, "search_read", domain=[])
            self.assertEqual(refused.status_code, 403, f"{model} {refused.text}")

    @mute_logger(*NOISE)
    def test_the_key_opens_the_door_over_json_rpc_and_nothing_else(self):
        database = self.env.cr.dbname
        answer = self._jsonrpc(
            "common", "authenticate", database, self.login, self.key, {}
        )
        uid = answer["result"]
        self.assertTrue(uid, answer)
        call = (database, uid, self.key)
        hello = self._jsonrpc("object", "execute_kw", *call, "sme.ingest", "hello", [1])
        self.assertEqual(hello["result"]["user"], self.login)
        refused = self._jsonrpc(
            "object", "execute_kw", *call, "res.partner", "search", [[]]
        )
        self.assertIn("AccessError", refused["error"]["data"]["name"])

    @mute_logger(*NOISE)
    def test_a_wrong_key_is_refused(self):
        self.assertEqual(
            self._json2("sme.ingest", "hello", key="x" * 40, contract=1).status_code,
            401,
        )

    @mute_logger(*NOISE)
    def test_a_refused_call_answers_422_with_the_remedy(self):
        response = self._json2("sme.ingest", "hello", contract=1, source="s")
        self.assertEqual(response.status_code, 200)
        response = self._json2(
            "sme.ingest", "known", contract=9, source="s", kind="order"
        )
        self.assertEqual(response.status_code, 422)
