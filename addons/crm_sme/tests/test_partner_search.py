"""The index finds who a search without it finds, and is really used."""

import random

from odoo.fields import Domain
from odoo.tests import TransactionCase, tagged

from ..metrics import partner_search

COLUMNS = ("complete_name", "ref", "email", "vat", "company_registry")
NAMES = ("Ana Öztürk", "王伟", "王小明", "O'Brien & Söhne", "ANNA  müller", "Zoë", "李")
TERMS = (
    *("an", "ANN", "王", "王伟", "小明", "söhne", "SÖHNE", "ü", "@example.com"),
    *("a_n", "a%r", "an%wei", "O'B", "& s", "  ", "x", "", "%", "_", "a\\_b", "\\"),
    *("12", "123", "+49", "0 30", "30-1", "..", "K1", "nobody at all", "é"),
)


@tagged("post_install", "-at_install")
class TestPartnerSearch(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        dice = random.Random(4)
        cls.partners = cls.env["res.partner"].create(
            [cls._person(dice, number) for number in range(80)]
        )
        head = cls.env["res.partner"].create({"name": "王伟 Ltd", "is_company": True})
        cls.partners |= head | cls.env["res.partner"].create(
            {"name": "Contact a_b", "parent_id": head.id, "email": "a\\_b@example.com"}
        )
        cls.env.flush_all()

    @classmethod
    def _person(cls, dice, number):
        digits = f"{dice.randrange(10**7):07}"
        return {
            "name": f"{dice.choice(NAMES)} {dice.choice(NAMES)}",
            "email": dice.choice([f"Ana.{number}@Example.com", False]),
            "ref": dice.choice([f"K{number}", False]),
            "phone": dice.choice(
                [f"+49 30 {digits}", f"0049-30/{digits}", f"(030) {digits}", False]
            ),
        }

    def plain(self, *conditions):
        """Search as PostgreSQL does it without the index: by ILIKE alone."""
        wanted = " OR ".join(f"{column} ILIKE %s" for column, _value in conditions)
        values = [f"%{value}%" for _column, value in conditions]
        self.env.cr.execute(
            f"SELECT id FROM res_partner WHERE active AND ({wanted})", values
        )
        return {row[0] for row in self.env.cr.fetchall()}

    def found(self, domain):
        return set(self.env["res.partner"].search(domain).ids)

    def test_the_index_finds_who_ilike_finds(self):
        """Demand 11: searching is fast and leaves nobody out."""
        for term in TERMS:
            wanted = self.plain(*[(column, term) for column in COLUMNS])
            domain = Domain.OR(Domain(column, "ilike", term) for column in COLUMNS)
            with self.subTest(term=term):
                self.assertEqual(self.found(domain), wanted)
                self.assertEqual(self.found([("display_name", "ilike", term)]), wanted)
                rows = self.env["res.partner"].name_search(term, limit=None)
                self.assertEqual({row[0] for row in rows}, wanted)

    def test_random_parts_of_texts_are_found(self):
        dice = random.Random(9)
        for partner in self.partners:
            column = dice.choice(["complete_name", "email", "phone"])
            text = partner[column]
            if not text:
                continue
            start = dice.randrange(len(text))
            term = text[start : start + dice.randrange(1, 7)].swapcase()
            with self.subTest(term=term):
                found = self.found([(column, "ilike", term)])
                self.assertEqual(found, self.plain((column, term)))

    def test_conditions_around_a_search_keep_their_meaning(self):
        some = self.partners[:40]
        domain = [
            *("|", "&", ("id", "in", some.ids), ("email", "ilike", "ana")),
            *("&", ("phone", "ilike", "030"), "!", ("email", "ilike", "ana")),
        ]
        mails = self.plain(("email", "ana"))
        phones = self.plain(("phone", "030"))
        self.assertEqual(self.found(domain), (set(some.ids) & mails) | (phones - mails))
        unlike = self.found([("email", "not ilike", "ana")])
        self.assertEqual(unlike, self.found([]) - mails)

    def test_partners_written_in_this_transaction_are_found(self):
        partner = self.partners[0]
        partner.email = "brandnew@example.org"
        self.assertEqual(self.found([("email", "ilike", "BrandNew")]), {partner.id})
        self.assertIn(
            partner, self.partners.filtered_domain([("email", "ilike", "EW@")])
        )

    def test_a_number_is_found_however_it_is_written(self):
        partner = self.partners[0]
        for stored in ("+49 30 555-0199", "0049 (30) 5550199"):
            partner.phone = stored
            for typed in ("0199", "555 01", "305550", "+49305550199", "0049 30 5550"):
                with self.subTest(stored=stored, typed=typed):
                    for field in ("sme_search", "phone_mobile_search"):
                        self.assertIn(partner.id, self.found([(field, "ilike", typed)]))
            self.assertNotIn(partner.id, self.found([("sme_search", "ilike", "5559")]))

    def test_numbers_are_found_as_odoo_finds_them(self):
        for term in ("030", "30 1", "+49 30", "004930", "49301", "9-3"):
            with self.subTest(term=term):
                ours = self.found([("phone_mobile_search", "ilike", term)])
                self.patch(self.env.registry, "has_unaccent", 1)
                plain = self.found([("phone_mobile_search", "ilike", term)])
                self.patch(self.env.registry, "has_unaccent", 0)
                self.assertEqual(ours, plain)

    def test_customers_are_searched_by_name_mail_and_number(self):
        values = self.env["sme.customer.value"].create(
            [
                {"partner_id": partner.id, "company_id": self.env.company.id}
                for partner in self.partners[:5]
            ]
        )
        self.partners[0].write({"phone": "+49 30 777 66", "email": "q7@example.com"})
        for term in ("q7@", "77766", "777 6"):
            domain = [("partner_id.sme_search", "ilike", term)]
            self.assertEqual(values.search(domain).partner_id, self.partners[0])

    def test_the_index_is_used(self):
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        query = self.env["res.partner"]._search([("email", "ilike", "ana.7")])
        self.env.cr.execute(f"EXPLAIN {query.select().code}", query.select().params)
        plan = "\n".join(row[0] for row in self.env.cr.fetchall())
        self.assertIn("res_partner_sme_search_idx", plan)

    def test_where_accents_do_not_count_odoo_searches_alone(self):
        """The index knows letters as they are; unaccented ones it could not find."""
        domain = Domain("email", "ilike", "ana")
        self.assertNotEqual(partner_search.narrow(self.env, domain), domain)
        self.patch(self.env.registry, "has_unaccent", 1)
        self.assertEqual(partner_search.narrow(self.env, domain), domain)
