"""Each segment is one recipient filter of Email Marketing."""

from odoo.tests import new_test_user, tagged

from .test_segments import SegmentCase


@tagged("post_install", "-at_install")
class TestSegmentMailing(SegmentCase):
    """Each segment is one recipient filter of Email Marketing."""

    def setUp(self):
        super().setUp()
        self.segment = self.make_segment(
            "Big", mode="domain", domain="[('revenue', '>', 150)]"
        )

    def recipients(self, mailing_filter):
        mailing = self.env["mailing.mailing"].create(
            {
                "subject": "News",
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "mailing_filter_id": mailing_filter.id,
            }
        )
        self.assertEqual(mailing.mailing_domain, mailing_filter.mailing_domain)
        return self.env["res.partner"].browse(mailing._get_recipients())

    def test_mailing_finds_the_members_of_the_moment(self):
        """Demand 38: mass mail to one class of customers."""
        found = self.recipients(self.segment.mailing_filter_id)
        self.assertEqual(found, self.members(self.segment))
        self.assertTrue(found)
        newcomer = self._make_partner("Newcomer")
        self._make_order(newcomer, 1, 900)
        self.refresh(newcomer)
        self.assertIn(newcomer, self.recipients(self.segment.mailing_filter_id))

    def test_contacts_of_a_member_are_written_to_as_well(self):
        head = self._make_partner("Head", is_company=True)
        contact = self._make_partner("Contact", parent_id=head.id)
        self._make_order(contact, 1, 900)
        self.refresh()
        found = self.recipients(self.segment.mailing_filter_id)
        self.assertLessEqual(head | contact, found)
        self.assertEqual(contact.sme_segment_ids, self.segment)

    def test_filter_is_in_step_with_its_segment(self):
        kept = self.segment.mailing_filter_id
        self.segment.name = "Spend a lot"
        self.assertEqual(kept.name, "Spend a lot")
        self.segment.action_archive()
        self.assertFalse(kept.exists())
        self.segment.action_unarchive()
        kept = self.segment.mailing_filter_id
        self.assertTrue(kept)
        copied = self.segment.copy()
        self.assertNotEqual(copied.mailing_filter_id, kept)
        self.assertEqual(copied.name, "Spend a lot (copy)")
        self.segment.unlink()
        self.assertFalse(kept.exists())

    def test_filter_is_named_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.segment.with_context(lang="de_DE").name = "Groß"
        kept = self.segment.mailing_filter_id
        self.assertEqual(kept.with_context(lang="de_DE").display_name, "Groß")
        self.assertEqual(kept.with_context(lang="en_US").display_name, "Big")

    def test_whoever_sends_mailings_needs_no_other_right(self):
        mailer = new_test_user(
            self.env, "mailer", "mass_mailing.group_mass_mailing_user",
            company_id=self.company.id, company_ids=self.company.ids,
        )  # fmt: skip
        kept = self.segment.mailing_filter_id.with_user(mailer)
        self.assertEqual(kept.display_name, "Big")
        found = self.env["res.partner"].with_user(mailer).search(
            [("sme_segment_ids", "in", self.segment.ids)]
        )  # fmt: skip
        self.assertEqual(found.sudo(), self.members(self.segment))

    def test_customers_are_searched_by_segment(self):
        members = self.members(self.segment)
        partners = self.env["res.partner"]
        by_name = partners.search([("sme_segment_ids", "in", ["Big"])])
        self.assertEqual(by_name, members)
        by_path = partners.search([("sme_segment_ids.name", "=", "Big")])
        self.assertEqual(by_path, members)
        outside = partners.search(
            [("sme_segment_ids", "=", False), ("id", "in", self.partners.ids)]
        )
        self.assertEqual(outside, self.partners - members)
