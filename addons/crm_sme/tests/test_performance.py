from odoo.tests import tagged

from .common import DoorCase, make_customer, make_order, make_product, make_shipment


@tagged("post_install", "-at_install")
class TestPerformance(DoorCase):
    def queries(self, *records):
        """Return the number of queries that a push of records costs."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        answer = self.push(*records)
        self.env.flush_all()
        self.assertEqual(set(answer["counts"]), {"created"}, answer["counts"])
        return self.env.cr.sql_log_count - before

    def test_a_thousand_orders_cost_as_many_queries_as_one(self):
        """Demand 11: growth of the data must not spoil speed."""
        self.push(make_customer(), make_product())
        one = self.queries(make_order("a"))
        many = self.queries(*[make_order(f"o{n}") for n in range(1000)])
        self.assertLessEqual(many, one + 2)
        self.assertLess(many, 45)

    def test_a_thousand_parcels_cost_as_many_queries_as_one(self):
        self.push(make_order())
        one = self.queries(make_shipment("a"))
        many = self.queries(*[make_shipment(f"s{n}") for n in range(1000)])
        self.assertLessEqual(many, one + 2)

    def test_customers_cost_few_queries_each(self):
        few = self.queries(*[self._customer(n) for n in range(2)])
        many = self.queries(*[self._customer(n) for n in range(10, 310)])
        self.assertLess((many - few) / 300, 0.5)

    def test_unchanged_records_cost_a_handful_of_queries(self):
        records = [make_order(f"o{n}") for n in range(500)]
        self.push(*records)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.assertEqual(self.push(*records)["counts"], {"unchanged": 500})
        self.assertLess(self.env.cr.sql_log_count - before, 40)

    def _customer(self, number):
        return make_customer(
            f"c{number}",
            email=f"c{number}@example.com",
            phone=f"+49 30 {1000000 + number}",
        )
