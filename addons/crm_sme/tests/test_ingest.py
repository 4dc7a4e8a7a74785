from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import V1, V2, V3, DoorCase, gone, make_customer, make_order, make_product


@tagged("post_install", "-at_install")
class TestIngest(DoorCase):
    def test_every_sample_of_the_contract_gets_the_answer_it_names(self):
        """Samples that both test suites read; each stands alone."""
        samples = self.contract_samples()
        self.assertGreater(len(samples), 20)
        for sample in samples:
            with self.subTest(sample["name"]), self.env.cr.savepoint() as savepoint:
                for call in sample.get("before", []):
                    self.assertEqual(self.door.push(**call)["status"], "ok")
                answer = self.door.push(**sample["call"])
                for key, expected in sample["expect"].items():
                    if key != "results":
                        self.assertEqual(answer[key], expected, answer)
                results = sample["expect"].get("results", answer["results"])
                self.assertEqual(len(results), len(answer["results"]))
                for result, expected in zip(answer["results"], results, strict=True):
                    self.assertEqual({**result, **expected}, result)
                    self.assertEqual(
                        bool(result.get("reason")), result["status"] == "rejected"
                    )
                savepoint.rollback()

    def test_a_batch_pushed_twice_stores_once_and_answers_the_same(self):
        """Demand 17: every event lands once."""
        records = [make_customer(), make_product(), make_order()]
        first = self.push(*records, run="r", seq=1, cursor_before=None)
        again = self.push(*records, run="r", seq=1, cursor_before=None)
        self.assertEqual(first["status"], "ok")
        self.assertEqual(again, {**first, "status": "repeated"})
        self.assertEqual(self.env["sme.order"].search_count([]), 1)
        self.assertEqual(self.env["sme.interaction"].search_count([]), 1)

    def test_a_record_pushed_again_in_a_new_batch_is_unchanged(self):
        self.push(make_customer(), make_order())
        answer = self.push(make_customer(), make_order())
        self.assertEqual(self.statuses(answer), ["unchanged", "unchanged"])
        self.assertEqual(answer["counts"], {"unchanged": 2})

    def test_another_agent_that_went_on_is_a_conflict_and_writes_nothing(self):
        self.push(make_customer())
        answer = self.push(
            make_customer("c2", email="b@example.com"), run="other", cursor_before=None
        )
        self.assertEqual(answer["status"], "conflict")
        self.assertEqual(answer["cursor"], {"seq": 1})
        self.assertFalse(self.binding("c2"))

    def test_the_reason_of_a_reject_is_in_the_language_of_its_reader(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.push(make_order(total="1.00"))
        reject = self.env["sme.reject"].search([])
        english = reject.with_context(lang="en_US").reason_text
        chinese = reject.with_context(lang="zh_CN").reason_text
        self.assertIn("a difference of", english)
        self.assertIn("相差", chinese)
        self.assertNotIn("difference", chinese)

    def test_what_json_has_no_word_for_is_refused_and_costs_no_other_record(self):
        odd = make_order("o2", total=float("nan"))
        unread = {**make_order("o3"), "error": {"path": "x", "reason": "unreadable"}}
        unread["data"] = {"raw": float("inf")}
        misled = {**make_order("o4"), "error": 5}
        answer = self.push(make_customer(), odd, unread, misled, make_order())
        self.assertEqual(
            self.statuses(answer),
            ["created", "rejected", "rejected", "rejected", "created"],
        )
        self.assertEqual(answer["results"][3]["path"], "error")
        kept = self.env["sme.reject"].search([("external_id", "=", "o3")])
        self.assertEqual(kept.payload, {"raw": "inf"})

    def test_a_cursor_or_run_that_cannot_be_stored_is_refused_and_writes_nothing(self):
        wrong = ({"cursor_after": {"a": value}} for value in ("\0", "\ud800", 1e999))
        for over in (*wrong, {"run": "a\0b"}):
            with self.subTest(over), self.assertRaises(UserError):
                self.push(make_customer(), **over)
        self.assertFalse(self.env["sme.binding"].search_count([]))

    def test_an_empty_cursor_is_not_taken_for_none(self):
        self.push(cursor_after={})
        self.assertEqual(self.push(cursor_before=None)["status"], "conflict")
        self.assertEqual(self.push(cursor_before={})["status"], "ok")

    def test_late_update_does_not_overwrite_newer(self):
        self.push(make_order(version=V2, number="NEW"))
        result = self.push_one(make_order(version=V1, number="OLD"))
        self.assertEqual(result["status"], "stale")
        self.assertEqual(self.order().name, "NEW")

    def test_an_older_customer_does_not_overwrite_a_newer_one(self):
        self.push(make_customer(version=V2, name="Anna Stein"))
        self.assertEqual(self.push_one(make_customer(version=V1))["status"], "stale")
        self.assertEqual(self.partner().name, "Anna Stein")

    def test_one_bad_record_in_ten_costs_none_of_the_others(self):
        records = [make_order(f"o{n}") for n in range(10)]
        records[4] = make_order("o4", total="34.76")
        answer = self.push(*records)
        self.assertEqual(answer["counts"], {"created": 9, "rejected": 1})
        self.assertRejected(answer["results"][4], "total", "0.01", "34.75")

    def test_a_record_that_the_database_refuses_costs_none_of_the_others(self):
        """What only shows when writing is found by halving the batch."""
        records = [make_customer(f"c{n}", email=f"c{n}@example.com") for n in range(40)]
        create = type(self.env["res.partner"]).create

        def refuse(partners, vals_list):
            if any(vals.get("email") == "c17@example.com" for vals in vals_list):
                raise UserError("no such customer")
            return create(partners, vals_list)

        with patch.object(type(self.env["res.partner"]), "create", refuse):
            answer = self.push(*records)
        self.assertEqual(answer["counts"], {"created": 39, "rejected": 1})
        self.assertRejected(answer["results"][17], "", "no such customer")
        self.assertEqual(self.reject("c17").payload["email"], "c17@example.com")
        self.assertEqual(self.binding("c18").partner_id.email, "c18@example.com")

    def test_of_two_versions_in_one_batch_the_later_wins_and_both_are_answered(self):
        answer = self.push(
            make_order(version=V2, number="NEW"),
            make_order(version=V1, number="OLD"),
            make_order(version=V2, number="NEW"),
        )
        self.assertEqual(self.statuses(answer), ["unchanged", "stale", "created"])
        self.assertEqual(self.order().name, "NEW")

    def test_children_may_stand_before_their_parents_in_a_batch(self):
        answer = self.push(make_order(), make_product(), make_customer())
        self.assertEqual(answer["counts"], {"created": 3}, answer)
        self.assertEqual(self.order().partner_id, self.partner())
        self.assertTrue(self.order().line_ids[0].product_id)

    def test_the_method_may_be_run_twice_by_odoo(self):
        """Odoo runs a call again after a serialization error, with the same objects."""
        records = [make_customer(), make_order()]
        with self.env.cr.savepoint() as savepoint:
            first = self.push(*records, run="r", seq=1, cursor_before=None)
            savepoint.rollback()
        again = self.push(*records, run="r", seq=1, cursor_before=None)
        self.assertEqual(again["results"], first["results"])
        self.assertEqual(again["counts"], {"created": 2})
        self.assertEqual(len(self.order()), 1)

    def test_nul_and_lone_surrogates_are_taken_out(self):
        result = self.push_one(
            make_customer("c\x001", name="An\x00na \ud800B", note="\udfff")
        )
        self.assertEqual(result, {"external_id": "c1", "status": "created"})
        self.assertEqual(self.partner().name, "Anna \ufffdB")

    def test_a_refused_payload_with_nul_and_surrogates_is_kept_clean(self):
        result = self.push_one(make_order(note="\x00\ud800", total="1.00"))
        self.assertRejected(result, "total", "34.75")
        self.assertEqual(self.reject("o1").payload["note"], "\ufffd")

    def test_an_id_above_2_to_53_keeps_every_digit_and_a_number_is_refused(self):
        self.push(make_customer("9007199254740993"))
        self.assertTrue(self.binding("9007199254740993"))
        for wrong in (9007199254740993, 9.007199254740992e15, None, ["x"]):
            result = self.push_one({**make_customer(), "external_id": wrong})
            self.assertRejected(result, "external_id", "text")

    def test_only_the_reconcile_may_say_gone(self):
        self.push(make_order())
        self.assertRejected(self.push_one(gone("order", "o1")), "data", "reconcile")
        result = self.push_one(gone("order", "o1"), stream="reconcile/orders")
        self.assertEqual(result["status"], "gone")

    def test_an_order_that_is_gone_counts_no_more_and_counts_again_when_back(self):
        self.push(make_customer(), make_order())
        self.push(gone("order", "o1"), stream="reconcile/orders")
        order = self.order()
        self.assertTrue(order.gone_on)
        self.assertFalse(order.counted)
        again = self.push(gone("order", "o1"), stream="reconcile/orders")
        self.assertEqual(self.statuses(again), ["unchanged"])
        self.assertEqual(self.push_one(make_order())["status"], "updated")
        order.invalidate_recordset()
        self.assertFalse(order.gone_on)
        self.assertTrue(order.counted)
        self.assertFalse(self.env["sme.interaction"].search([("gone_on", "!=", False)]))

    def test_gone_with_an_older_version_is_stale(self):
        self.push(make_order(version=V2))
        result = self.push_one(gone("order", "o1", V1), stream="reconcile/orders")
        self.assertEqual(result["status"], "stale")

    def test_known_lists_what_is_here_in_pages(self):
        self.push(*[make_order(f"o{n}") for n in range(5)], make_customer())
        self.push(gone("order", "o3"), stream="reconcile/orders")
        seen, after = [], ""
        while after is not None:
            page = self.door.known(1, "shop", "order", after=after, limit=2)
            self.assertLessEqual(len(page["items"]), 2)
            seen += [item[0] for item in page["items"]]
            after = page["next"]
        self.assertEqual(seen, ["o0", "o1", "o2", "o4"])
        [customer] = self.door.known(1, "shop", "customer")["items"]
        self.assertEqual(customer[:2], ["c1", V1])
        self.assertEqual(len(customer[2]), 32)

    def test_known_keeps_to_a_window_of_the_records_own_date(self):
        self.push(
            make_order("o1", ordered_at="2026-01-01T10:00:00Z"),
            make_order("o2", ordered_at="2026-02-01T10:00:00Z"),
        )
        page = self.door.known(
            1, "shop", "order", date_from="2026-01-15T00:00:00Z", date_to=None
        )
        self.assertEqual([item[0] for item in page["items"]], ["o2"])
        self.assertEqual(self.door.known(1, "nobody", "order")["items"], [])

    def test_a_refused_order_is_tried_again_by_replay_until_it_goes_in(self):
        """The nearest rival calls such an order done and never tries it again."""
        self.push(make_order(currency="XQQ"), stream="orders")
        self.assertEqual(self.reject("o1").state, "open")
        self.assertEqual(self.reject("o1").try_count, 1)
        answer = self.door.replay(1, "shop")
        self.assertEqual(answer["results"][0]["status"], "rejected")
        self.assertEqual(answer["remaining"], 1)
        self.env.invalidate_all()
        self.assertEqual(self.reject("o1").try_count, 2)
        self.env["res.currency"].create({"name": "XQQ", "symbol": "q"})
        answer = self.door.replay(1, "shop")
        self.assertEqual(answer["results"][0]["status"], "created")
        self.assertEqual(answer["remaining"], 0)
        self.env.invalidate_all()
        self.assertEqual(self.reject("o1").state, "solved")
        self.assertTrue(self.order())

    def test_a_record_that_the_agent_could_not_read_is_kept_and_named_for_refetch(self):
        bad = {
            **make_order(),
            "data": {"line_items": [{"total": "x"}]},
            "error": {"path": "line_items[0].total", "reason": "not a number"},
        }
        result = self.push_one(bad)
        self.assertRejected(result, "line_items[0].total", "not a number")
        self.assertEqual(self.reject("o1").stage, "agent")
        answer = self.door.replay(1, "shop")
        self.assertEqual(answer["refetch"], [{"kind": "order", "external_id": "o1"}])
        self.push(make_order(), stream="replay")
        self.assertEqual(self.reject("o1").state, "solved")

    def test_an_older_version_that_goes_in_does_not_close_a_newer_reject(self):
        self.push(make_order(version=V2, total="1.00"))
        self.push(make_order(version=V1))
        self.assertEqual(self.reject("o1").state, "open")
        self.push(make_order(version=V3))
        self.assertEqual(self.reject("o1").state, "solved")

    def test_retry_in_odoo_stores_the_record_and_closes_the_reject(self):
        officer = self._officer()
        self.push(make_order(total="34.76"))
        reject = self.reject("o1").with_user(officer)
        reject.action_retry()
        self.assertEqual(reject.state, "open")
        payload = {**reject.payload, "total": "34.75"}
        reject.sudo().payload = payload
        notice = reject.action_retry()
        self.assertEqual(reject.state, "solved")
        self.assertIn("1 went in", notice["params"]["message"])
        self.assertEqual(self.order().amount_total, 34.75)

    def _officer(self):
        return self.env["res.users"].create(
            {
                "name": "Officer",
                "login": "officer@example.com",
                "company_id": self.company.id,
                "company_ids": [(6, 0, self.company.ids)],
                "group_ids": [
                    (4, self.env.ref("crm_sme.crm_sme_group_officer").id),
                ],
            }
        )

    def test_runs_count_what_came_and_streams_know_how_far_they_are(self):
        self.push(
            make_order(), run="a", report={"state": "running", "platform": "Teashop 3"}
        )
        report = {"state": "complete", "watermark": "2026-01-01T12:00:00.5Z",
                  "full": True, "agent": "1.0"}  # fmt: skip
        self.push(make_order(), make_order("o2", total="1"), run="a", report=report)
        run = self.env["sme.sync.run"].search([("source_id", "=", self.source().id)])
        self.assertEqual(
            (run.state, run.batch_count, run.created_count, run.unchanged_count),
            ("complete", 2, 1, 1),
        )
        self.assertEqual((run.rejected_count, run.full), (1, True))
        stream = run.stream_id
        self.assertEqual(stream.state, "ok")
        self.assertEqual(str(stream.watermark), "2026-01-01 12:00:00")
        self.assertEqual(self.source().platform, "Teashop 3")

    def test_a_failed_run_shows_in_the_health_of_the_source(self):
        self.push(report={"state": "failed", "message": "shop is down"})
        source = self.source()
        self.assertEqual(source.health, "failed")
        self.assertIn("shop is down", source.health_text)
        self.assertIn(
            source, self.env["sme.source"].search([("health", "=", "failed")])
        )

    def test_hello_tells_the_streams_their_cursors_and_the_company(self):
        self.push(make_order(), make_order("o2", total="1"), stream="orders")
        hello = self.door.hello(1, "shop")
        self.assertEqual(hello["contract"], {"min": 1, "max": 1})
        self.assertEqual(hello["company"]["currency"], "EUR")
        self.assertEqual(hello["streams"]["orders"]["cursor"], {"seq": 1})
        self.assertEqual(hello["source"]["open_rejects"], 1)
        self.assertEqual(hello["user"], self.robot.login)
        self.assertRegex(hello["server_time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        unknown = self.door.hello(1, "nobody")
        self.assertIsNone(unknown["source"])
        self.assertEqual(unknown["streams"], {})

    def test_without_the_group_every_method_is_refused_with_the_remedy(self):
        stranger = self.env["sme.ingest"].with_user(self.env.ref("base.public_user"))
        calls = [
            lambda: stranger.hello(1),
            lambda: stranger.push(1, "shop", "s", "r", 1, None, None, []),
            lambda: stranger.known(1, "shop", "order"),
            lambda: stranger.replay(1, "shop"),
        ]
        for call in calls:
            with self.assertRaisesRegex(AccessError, "Sync agent"):
                call()

    def test_malformed_arguments_are_refused_with_the_remedy(self):
        wrong = [
            ({"contract": 2}, "Update"),
            ({"contract": "1"}, "Update"),
            ({"source": "Shop EU"}, "source"),
            ({"stream": ""}, "stream"),
            ({"run": 7}, "run"),
            ({"seq": 0}, "seq"),
            ({"records": {}}, "records"),
            ({"records": [{}] * 5001}, "smaller"),
            ({"report": {"state": "done"}}, "report"),
        ]
        for over, words in wrong:
            with self.assertRaisesRegex(UserError, words):
                self.push(**over)

    def test_an_archived_source_is_refused_with_the_remedy(self):
        self.push()
        self.source().active = False
        with self.assertRaisesRegex(UserError, "Unarchive"):
            self.push()

    def test_two_companies_keep_their_sources_apart(self):
        other = self._make_company("Second")
        robot = self._make_robot("robot2", other)
        door = self.env["sme.ingest"].with_user(robot)
        self.push(make_customer(), make_order())
        with self.assertRaisesRegex(UserError, "Teahouse"):
            self.push(make_order(), door=door)
        self.push(make_customer(), make_order(), source="second", door=door)
        self.assertEqual(self.order(source="second").company_id, other)
        self.assertEqual(self.order().company_id, self.company)

    def test_touched_customers_wait_for_new_figures(self):
        self.env["sme.touch"].search([]).unlink()
        self.push(make_customer(), make_order())
        touched = self.env["sme.touch"].search([])
        self.assertEqual(touched.partner_id, self.partner())
        self.assertEqual(touched.company_id, self.company)

    def test_a_person_may_reset_a_cursor_and_nothing_is_doubled(self):
        self.push(make_order())
        self.source().stream_ids.action_reset_cursor()
        answer = self.push(make_order(), cursor_before=None)
        self.assertEqual(self.statuses(answer), ["unchanged"])
