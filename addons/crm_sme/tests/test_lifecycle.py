from datetime import timedelta

from odoo.tests import freeze_time, new_test_user, tagged

from .metrics_common import NOW, MetricsCase


@tagged("post_install", "-at_install")
class TestLifecycle(MetricsCase):
    """Demands 20, 21: the stage follows the figures unless a person set it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        stages = cls.env["sme.lifecycle.stage"].search([])
        cls.stage = {stage.kind: stage for stage in stages}

    def _buy_regularly(self, partner, last):
        for step in range(3):
            self._make_order(partner, last + 10 * step)

    def test_first_order_moves_up_to_actual(self):
        for before in (False, "potential", "target"):
            partner = self._make_partner()
            partner.lifecycle_stage_id = self.stage.get(before)
            self._make_order(partner, 3)
            self.refresh(partner)
            self.assertEqual(partner.lifecycle_stage_id, self.stage["actual"])
            self.assertEqual(partner.date_last_stage_update, NOW)

    def test_silence_moves_to_lapsed_then_lost_and_an_order_back(self):
        partner = self._make_partner()
        self._buy_regularly(partner, 0)
        seen = []
        for days in (0, 30, 60):
            with freeze_time(NOW + timedelta(days=days)):
                self.refresh(partner)
                seen.append(partner.lifecycle_stage_id.kind)
        self.assertEqual(seen, ["actual", "lapsed", "lost"])
        with freeze_time(NOW + timedelta(days=61)):
            self._make_order(partner, NOW + timedelta(days=60))
            self.refresh(partner)
        self.assertEqual(partner.lifecycle_stage_id.kind, "actual")

    def test_a_locked_stage_stays(self):
        partner = self._make_partner()
        partner.write(
            {"lifecycle_stage_id": self.stage["target"].id, "lifecycle_locked": True}
        )
        self._make_order(partner, 3)
        self.refresh()
        self.assertEqual(partner.lifecycle_stage_id.kind, "target")

    def test_any_stage_of_the_kind_is_right(self):
        partner = self._make_partner()
        other = self.stage["actual"].copy({"name": "Key account", "sequence": 99})
        partner.lifecycle_stage_id = other
        self._make_order(partner, 3)
        self.refresh()
        self.assertEqual(partner.lifecycle_stage_id, other)

    def test_customer_without_orders_gets_a_first_stage_and_keeps_any(self):
        newcomer, target = self._make_partner(), self._make_partner()
        target.lifecycle_stage_id = self.stage["target"]
        for partner in newcomer | target:
            self.env["sme.interaction"].create(
                {"partner_id": partner.id, "summary": "Asked"}
            )
        self.refresh()
        self.assertEqual(newcomer.lifecycle_stage_id.kind, "potential")
        self.assertEqual(target.lifecycle_stage_id.kind, "target")

    def test_contacts_move_with_their_company(self):
        head = self._make_partner("Head", is_company=True)
        contact = self._make_partner("Contact", parent_id=head.id)
        self._make_order(contact, 3)
        self.refresh(contact)
        self.assertEqual(contact.lifecycle_stage_id.kind, "actual")
        contact.lifecycle_stage_id = self.stage["target"]
        self.assertEqual(head.lifecycle_stage_id.kind, "target")

    def test_who_buys_elsewhere_is_not_lost(self):
        partner = self._make_partner()
        other = self._make_company("Other Ltd", "EUR", "UTC")
        self._make_order(partner, 900)
        self._make_order(partner, 3, source=self._make_source(other))
        self.env["sme.customer.value"]._refresh()
        self.assertEqual(self.row(partner).fade_state, "lost")
        self.assertEqual(partner.lifecycle_stage_id.kind, "actual")

    def test_nobody_is_written_who_stands_right(self):
        partner = self._make_partner()
        self._make_order(partner, 3)
        self.refresh()
        before = self.versions("res_partner")
        self._make_order(partner, 2)
        self.refresh()
        self.assertEqual(self.versions("res_partner"), before)

    def test_a_move_leaves_no_message(self):
        partner = self._make_partner()
        messages = partner.message_ids
        self._make_order(partner, 3)
        self.refresh()
        self.assertEqual(partner.message_ids, messages)

    def test_a_persons_move_of_a_buyer_stays(self):
        partner = self._make_partner()
        self._make_order(partner, 3)
        self.refresh()
        user = new_test_user(
            self.env, "mover", "crm_sme.crm_sme_group_user,base.group_partner_manager"
        )
        partner.with_user(user).lifecycle_stage_id = self.stage["target"]
        self.assertTrue(partner.lifecycle_locked)
        self.refresh()
        self.assertEqual(partner.lifecycle_stage_id.kind, "target")

    def test_a_persons_move_of_a_prospect_does_not_hinder_the_first_order(self):
        partner = self._make_partner()
        user = new_test_user(
            self.env, "mover", "crm_sme.crm_sme_group_user,base.group_partner_manager"
        )
        partner.with_user(user).lifecycle_stage_id = self.stage["target"]
        self.assertFalse(partner.lifecycle_locked)
        self.assertEqual(partner.date_last_stage_update, NOW)
        self._make_order(partner, 3)
        self.refresh()
        self.assertEqual(partner.lifecycle_stage_id.kind, "actual")
