from datetime import datetime

from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..metrics import consent
from .common import V2, V3, DoorCase, gone, make_customer


@tagged("post_install", "-at_install")
class TestConsent(DoorCase):
    """Demand 19: nobody is written to who does not want it, and it is known why."""

    def _told(self, partner, channel="mail"):
        names = [f"consent_{channel}{part}" for part in ("", "_source", "_date")]
        state, source, since = (partner[name] for name in names)
        return state, source, bool(since)

    def test_what_the_customer_told_the_shop_is_his_consent(self):
        self.push(
            make_customer("c1", email="1@example.com", marketing_consent=True),
            make_customer("c2", email="2@example.com", marketing_consent=False),
            make_customer("c3", email="3@example.com"),
        )
        self.assertEqual(self._told(self.partner("c1")), ("granted", "shop", True))
        self.assertEqual(self._told(self.partner("c2")), ("refused", "shop", True))
        self.assertEqual(self._told(self.partner("c3")), ("unknown", False, False))
        self.assertEqual(self._told(self.partner("c1"), "sms")[0], "unknown")

    def test_a_change_of_mind_in_the_shop_is_followed(self):
        self.push(make_customer(marketing_consent=True))
        self.push(make_customer(version=V2, marketing_consent=False))
        self.assertEqual(self.partner().consent_mail, "refused")
        self.push(make_customer(version=V3, marketing_consent=True))
        self.assertEqual(self.partner().consent_mail, "granted")

    def test_a_persons_choice_is_never_overwritten_by_the_shop(self):
        self.push(make_customer(marketing_consent=True))
        partner = self.partner()
        partner.consent_mail = "refused"
        self.assertEqual(self._told(partner), ("refused", "staff", True))
        self.push(make_customer(version=V2, marketing_consent=True, note="x"))
        self.assertEqual(partner.consent_mail, "refused")

    def test_a_choice_that_is_taken_back_lets_the_shop_fill_it_in_again(self):
        self.push(make_customer(marketing_consent=True))
        partner = self.partner()
        partner.consent_mail = "refused"
        partner.consent_mail = "unknown"
        self.assertEqual(self._told(partner), ("unknown", False, False))
        self.push(make_customer(version=V2, marketing_consent=True, note="x"))
        self.assertEqual(self._told(partner), ("granted", "shop", True))

    def test_one_shops_refusal_outweighs_another_shops_consent(self):
        for order in (("a", "b"), ("b", "a")):
            mail = f"{order[0]}@example.com"
            says = {"a": True, "b": False}
            for shop in order:
                self.push(
                    make_customer(mail, email=mail, marketing_consent=says[shop]),
                    source=f"shop_{shop}",
                )
            partner = self.partner(mail, "shop_a")
            self.assertEqual(partner, self.partner(mail, "shop_b"))
            self.assertEqual(partner.consent_mail, "refused")

    def test_an_account_that_is_gone_consents_no_more_but_its_refusal_stays(self):
        self.push(
            make_customer("c1", email="1@example.com", marketing_consent=True),
            make_customer("c2", email="2@example.com", marketing_consent=False),
        )
        partners = self.partner("c1"), self.partner("c2")
        self.push(
            gone("customer", "c1"),
            gone("customer", "c2"),
            stream="reconcile/customers",
        )
        self.assertEqual([p.consent_mail for p in partners], ["unknown", "refused"])

    def test_a_choice_by_hand_is_dated_and_one_for_the_customer_keeps_its_source(self):
        partner = self.env["res.partner"].create(
            {"name": "Berta", "consent_phone": "granted"}
        )
        self.assertEqual(self._told(partner, "phone"), ("granted", "staff", True))
        when = datetime(2026, 1, 2, 3, 4)
        partner.write(
            {
                "consent_sms": "refused",
                "consent_sms_source": "customer",
                "consent_sms_date": when,
            }
        )
        self.assertEqual(partner.consent_sms_source, "customer")
        self.assertEqual(partner.consent_sms_date, when)

    def test_writing_the_same_again_keeps_who_said_it(self):
        self.push(make_customer(marketing_consent=True))
        partner = self.partner()
        partner.write({"consent_mail": "granted", "name": "Anna B."})
        self.assertEqual(partner.consent_mail_source, "shop")
        self.assertEqual(partner.name, "Anna B.")

    def test_a_merged_customer_has_refused_if_either_had(self):
        self.push(make_customer(marketing_consent=True))
        kept = self.partner()
        other = self.env["res.partner"].create(
            {"name": "Anna Berg", "consent_mail": "refused", "consent_sms": "granted"}
        )
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (kept | other).ids, kept, extra_checks=False
        )
        self.assertEqual(self._told(kept), ("refused", "staff", True))
        self.assertEqual(self._told(kept, "sms"), ("granted", "staff", True))

    def test_the_policy_decides_about_those_who_said_nothing(self):
        partners = self.env["res.partner"].create(
            [
                {"name": word, "consent_mail": word}
                for word in ("granted", "unknown", "refused")
            ]
        )
        self.env.flush_all()
        for policy, may in (
            ("opt_in", ["granted"]),
            ("opt_out", ["granted", "unknown"]),
        ):
            self.company.sme_consent_policy = policy
            reached = partners._sme_may_reach("mail", self.company)
            self.assertEqual(reached.mapped("name"), may)
            rows = self.env.execute_query(
                SQL(
                    "SELECT p.id FROM res_partner p WHERE p.id = ANY(%s) AND %s "
                    "ORDER BY p.id",
                    partners.ids,
                    consent.may_reach("mail", policy),
                )
            )
            self.assertEqual([row[0] for row in rows], reached.ids)

    def test_a_new_company_asks_for_consent_first(self):
        self.assertEqual(self.company.sme_consent_policy, "opt_in")

    def test_a_portal_user_reads_neither_kind_nor_consents(self):
        visitor = new_test_user(self.env, "visitor", groups="base.group_portal")
        names = visitor.partner_id.with_user(visitor).fields_get()
        hidden = {"customer_kind_id", "birthday", "contract_day", "consent_mail"}
        self.assertFalse(hidden & names.keys())
