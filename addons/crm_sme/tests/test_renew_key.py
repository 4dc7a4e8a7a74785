from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import DoorCase


@tagged("post_install", "-at_install")
class TestRenewKey(DoorCase):
    """The robot renews its own key, and nobody else's."""

    def test_the_robot_gets_a_key_that_works_and_keeps_the_old_one(self):
        """Demand 13: data does not stop after 90 days because nobody made a key."""
        keys = self.env["res.users.apikeys"].sudo()
        old = keys.with_user(self.robot).sudo()._generate(None, "old", False)
        answer = self.door.renew_key(1)
        self.assertEqual(answer["expires_in_days"], 90)
        for key in (old, answer["key"]):
            found = keys._check_credentials(scope="rpc", key=key)
            self.assertEqual(found, self.robot.id)

    def test_a_person_renews_no_key_here(self):
        self.robot.group_ids += self.env.ref("crm_sme.crm_sme_group_manager")
        with self.assertRaisesRegex(AccessError, "Preferences"):
            self.door.renew_key(1)

    def test_renewing_can_be_switched_off(self):
        self.env["ir.config_parameter"].set_param("crm_sme.renew_keys", False)
        with self.assertRaisesRegex(AccessError, "Connect"):
            self.door.renew_key(1)

    def test_keys_do_not_pile_up(self):
        for _count in range(10):
            self.door.renew_key(1)
        with self.assertRaisesRegex(UserError, "10 keys"):
            self.door.renew_key(1)


@tagged("post_install", "-at_install")
class TestRenewKeyByHttp(HttpCase):
    def test_a_renewed_key_opens_the_door(self):
        manager = self.env["sme.agent.key"].sudo()
        _login, key = manager._issue("machine")
        answer = self._call("renew_key", key)
        hello = self._call("hello", answer["key"])
        self.assertEqual(hello["key_expires_in_days"], 89)

    def _call(self, method, key):
        answer = self.url_open(
            f"/json/2/sme.ingest/{method}",
            json={"contract": 1},
            headers={"Authorization": f"bearer {key}"},
        )
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()
