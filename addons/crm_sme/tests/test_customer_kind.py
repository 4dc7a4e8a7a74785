from psycopg2 import IntegrityError

from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("post_install", "-at_install")
class TestCustomerKind(TransactionCase):
    """Demand 39: greetings depend on the customer's kind."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kinds = {
            kind.code: kind for kind in cls.env["sme.customer.kind"].search([])
        }

    def _make(self, **over):
        return self.env["res.partner"].create({"name": "Berta", **over})

    def test_persons_are_consumers_and_companies_companies_by_themselves(self):
        self.assertEqual(self._make().customer_kind_id, self.kinds["consumer"])
        firm = self._make(is_company=True)
        self.assertEqual(firm.customer_kind_id, self.kinds["company"])

    def test_a_kind_that_is_given_by_itself_follows_the_nature(self):
        partner = self._make()
        partner.is_company = True
        self.assertEqual(partner.customer_kind_id, self.kinds["company"])

    def test_a_kind_that_a_person_chose_stays(self):
        partner = self._make(customer_kind_id=self.kinds["dealer"].id)
        self.assertEqual(partner.customer_kind_id, self.kinds["dealer"])
        partner.is_company = True
        self.assertEqual(partner.customer_kind_id, self.kinds["dealer"])

    def test_contacts_are_of_their_companys_kind(self):
        firm = self._make(is_company=True, customer_kind_id=self.kinds["shipper"].id)
        contact = self._make(parent_id=firm.id)
        self.assertEqual(contact.customer_kind_id, self.kinds["shipper"])
        firm.customer_kind_id = self.kinds["shipowner"]
        self.assertEqual(contact.customer_kind_id, self.kinds["shipowner"])

    def test_an_archived_kind_is_given_no_more(self):
        self.kinds["consumer"].active = False
        self.assertFalse(self._make().customer_kind_id)

    def test_two_kinds_cannot_be_given_to_the_same(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.kinds["dealer"].given_to = "person"
            self.env.flush_all()

    def test_those_from_before_get_the_kind_of_their_nature_and_keep_a_chosen_one(self):
        person, firm = self._make(), self._make(is_company=True)
        contact = self._make(parent_id=firm.id)
        dealer = self._make(customer_kind_id=self.kinds["dealer"].id)
        everybody = person | firm | contact | dealer
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET customer_kind_id = NULL WHERE id = ANY(%s)",
            [(person | firm | contact).ids],
        )
        self.env.invalidate_all()
        self.env["res.partner"]._sme_fill_kinds()
        self.assertEqual(
            everybody.mapped("customer_kind_id.code"), ["consumer", "company", "dealer"]
        )
        self.assertEqual(contact.customer_kind_id, self.kinds["company"])

    def test_the_customers_list_groups_by_kind(self):
        partner = self._make(customer_kind_id=self.kinds["dealer"].id)
        values = self.env["sme.customer.value"]
        row = values.create(
            {"partner_id": partner.id, "company_id": self.env.company.id}
        )
        groups = dict(values._read_group([], ["customer_kind_id"], ["id:recordset"]))
        self.assertIn(row, groups[self.kinds["dealer"]])

    def test_whoever_makes_a_contact_need_not_read_kinds(self):
        clerk = new_test_user(
            self.env, "clerk", groups="base.group_user,base.group_partner_manager"
        )
        partner = self.env["res.partner"].with_user(clerk).create({"name": "Cilly"})
        self.assertEqual(partner.sudo().customer_kind_id, self.kinds["consumer"])
