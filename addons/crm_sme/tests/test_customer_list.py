from unittest.mock import patch

from odoo.tests import TransactionCase, new_test_user, tagged

from ..models import sme_customer_value_list

NAMES = ("Wanda Fischer", "Anna Berg", "Fischer & Co", "王伟", "Otto Fischer", "Zoë")


@tagged("post_install", "-at_install")
class TestCustomerList(TransactionCase):
    """Pages of the list of customers: the same rows, found the short way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        partners = cls.env["res.partner"].create(
            [
                {"name": name, "email": f"c{number % 4}@example.com"}
                for number, name in enumerate(NAMES)
            ]
        )
        cls.rows = cls.env["sme.customer.value"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": cls.env.company.id,
                    "revenue_12m": 100 * (number % 3),
                }
                for number, partner in enumerate(partners)
            ]
        )
        cls.env.flush_all()
        cls.user = new_test_user(cls.env, "lister", "crm_sme.crm_sme_group_user")

    def page(self, term="", **options):
        """Open a page as the web client does; ours alone."""
        domain = [("id", "in", self.rows.ids)]
        if term:
            domain.append(("partner_id.sme_search", "ilike", term))
        found = (
            self.env["sme.customer.value"]
            .with_user(self.user)
            .web_search_read(
                domain, {"partner_id": {"fields": {"display_name": {}}}}, **options
            )
        )
        names = [row["partner_id"]["display_name"] for row in found["records"]]
        return names, found["length"]

    def test_pages_in_any_order_are_those_of_all_rows_in_that_order(self):
        for order in (
            "",
            "partner_id",
            "partner_id desc",
            "email, id",
            "revenue_12m, id",
        ):
            with self.subTest(order=order):
                expected = [
                    row.partner_id.display_name
                    for row in self.rows.search(
                        [("id", "in", self.rows.ids)], order=order
                    )
                ]
                self.assertEqual(len(expected), len(NAMES))
                shown = [
                    name
                    for offset in range(0, len(NAMES), 2)
                    for name in self.page(order=order, limit=2, offset=offset)[0]
                ]
                self.assertEqual(shown, expected)

    def test_rows_in_the_order_of_their_names_are_all_there(self):
        names, length = self.page(order="partner_id", limit=80)
        self.assertEqual(set(names), set(NAMES))
        self.assertEqual(length, len(NAMES))

    def test_text_is_looked_for_once_and_finds_the_same(self):
        """Demand 11: searching is fast and leaves nobody out."""
        for term, count in (
            ("fischer", 3),
            ("c1@example", 2),
            ("伟", 1),
            ("nobody", 0),
        ):
            with self.subTest(term=term):
                named, length = self.page(term, limit=2, count_limit=10)
                self.assertEqual(length, count)
                self.assertEqual(len(named), min(count, 2))
                with patch.object(sme_customer_value_list, "MOST_NAMED", 0):
                    self.assertEqual(
                        self.page(term, limit=2, count_limit=10), (named, length)
                    )

    def test_archived_customers_are_found_as_before(self):
        self.rows[0].partner_id.active = False
        names, _length = self.page("wanda")
        self.assertEqual(names, ["Wanda Fischer"])

    def test_the_lists_own_order_is_that_of_its_index(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        self.env.cr.execute("SET LOCAL enable_sort = off")
        query = self.rows._search(
            [("company_id", "=", self.env.company.id)],
            order=self.rows._order,
            limit=2,
        )
        self.env.cr.execute(f"EXPLAIN {query.select().code}", query.select().params)
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("sme_customer_value_analysis_idx", plan)
        self.assertNotIn("Sort", plan)
