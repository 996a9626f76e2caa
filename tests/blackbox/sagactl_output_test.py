"""What sagactl prints, in every form, on an empty store, on one order and on many."""
import json
import re
import unittest

from shop import ShopTest, fault, order, quick_config, wait_until

RFC3339 = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

LISTS = [("order", "list"), ("catalog", "list"), ("stock", "show"), ("wallet", "list")]
ON_AN_ORDER = [("order", "show"), ("order", "history"), ("order", "watch")]


class EmptyStore(ShopTest):
    def test_an_empty_list_is_empty_in_every_form(self):
        shop = self.open_shop()
        for verb in LISTS:
            for form, nothing in [("json", "[]\n"), ("jsonl", ""), ("ids", ""), ("table", "")]:
                with self.subTest(verb=verb, form=form):
                    result = shop.ctl("-o", form, *verb)
                    self.assertEqual((result.code, result.out, result.err), (0, nothing, ""))

    def test_what_is_not_there_is_not_found_and_stdout_stays_empty(self):
        shop = self.open_shop()
        for verb in ON_AN_ORDER + [("stock", "show")]:
            with self.subTest(verb):
                result = shop.ctl("-o", "json", *verb, "nobody")
                self.assertEqual((result.code, result.out), (4, ""))
                self.assertIn("'nobody'", result.err)

    def test_a_customer_never_seen_has_what_they_would_start_with(self):
        shop = self.open_shop(initial_credit=1234)
        self.assertEqual(shop.do("wallet", "show", "stranger"),
                         {"customer_id": "stranger", "balance": 1234, "opened": False})
        self.assertEqual(shop.do("wallet", "list"), [])

    def test_status_and_audit_of_an_empty_store_are_fine(self):
        shop = self.open_shop()
        status = shop.do("status")
        self.assert_fields(status, {"healthy": True, "problems": [], "broker": None, "oldest_unfinished": None})
        self.assertEqual([n["state"] for n in status["nodes"]], ["live"])
        self.assertEqual({p["state"] for p in status["participants"]}, {"up"})
        self.assert_fields(shop.do("audit"), {"clean": True, "orders": 0, "findings": []})
        self.assertIn("Nothing is wrong.", shop.ctl("status").out)
        self.assertIn("Every promise is kept.", shop.ctl("audit").out)


class OneOrder(ShopTest):
    def test_a_completed_order_in_every_form(self):
        shop = self.open_shop()
        shop.stock_up(price=120)
        shop.submit(order("o-1", quantity=2))
        shop.when_over("o-1")

        shown = shop.show("o-1")
        self.assert_fields(shown, {"order_id": "o-1", "customer_id": "alice", "state": "completed",
                                   "outcome": "SUCCESS", "total": 240, "step": None, "owner": None,
                                   "next_wakeup_at": None, "last_error": None})
        self.assertRegex(shown["created_at"], RFC3339)
        self.assertRegex(shown["updated_at"], RFC3339)
        self.assertEqual([s["state"] for s in shown["steps"]], ["succeeded"] * 5)
        self.assertEqual(set(shown["steps"][0]), {"step", "state", "attempts", "started_at", "ended_at", "code"})
        self.assert_fields(shown["steps"][0], {"step": "charge-payment", "attempts": 1, "code": None})
        self.assertRegex(shown["steps"][0]["started_at"], RFC3339)

        self.assertEqual(shop.ctl("-o", "jsonl", "order", "show", "o-1").json_lines(), [shown])
        self.assertEqual(shop.ctl("order", "show", "o-1", "-o", "ids").out, "o-1\n")
        self.assertIn("completed SUCCESS", shop.ctl("order", "show", "o-1").out)

        listed = shop.do("order", "list")
        self.assertEqual(listed, [{k: v for k, v in shown.items() if k != "steps"}])
        self.assertRegex(shop.ctl("order", "list").out, r"(?m)^o-1 +alice +completed +SUCCESS +240 ")

        facts = shop.do("order", "history", "o-1")
        self.assertEqual([f["sequence"] for f in facts], list(range(1, len(facts) + 1)))
        self.assertEqual((facts[0]["type"], facts[-1]["type"]), ("order.accepted", "order.completed"))
        self.assertEqual(shop.ctl("order", "history", "o-1", "--follow").code, 0)

        self.assertEqual(shop.ctl("order", "watch", "o-1").code, 0)
        self.assertEqual(shop.do("order", "watch", "o-1"), shown)
        self.assertEqual(shop.do("wallet", "show", "alice"), {"customer_id": "alice", "balance": 260, "opened": True})
        self.assertEqual(shop.do("stock", "show"), [{"sku": "late_token", "available": 498, "reserved": 2}])
        self.assertEqual(shop.do("catalog", "list"), [{"sku": "late_token", "price": 120}])

    def test_a_held_order_is_stuck_and_status_says_so(self):
        shop = self.open_shop(config=quick_config())
        shop.stock_up()
        shop.submit(order("o-1", faults=[fault("notify-customer", "kill")]))
        shop.when_over("o-1")
        shown = shop.show("o-1")
        self.assert_fields(shown, {"state": "held", "outcome": None, "step": "notify-customer"})
        self.assertIn("notify-customer", shown["last_error"])
        self.assertEqual(shop.ctl("order", "watch", "o-1").code, 5)
        status = shop.ctl("-o", "json", "status")
        self.assertEqual(status.code, 5)
        self.assertIn("1 order is held", " ".join(status.json()["problems"]))

    def test_an_order_that_waits_for_a_node_is_told_by_status(self):
        shop = self.open_shop()
        shop.stock_up()
        shop.kill()
        shop.submit(order("o-1"))
        self.assert_fields(shop.show("o-1"), {"state": "running", "outcome": None, "owner": None})
        # A node of a cluster is gone once it has been silent for a while, and another one has seen that.
        status = wait_until(lambda: (told := shop.ctl("-o", "json", "status")).code == 5 and told, "status to notice")
        self.assertIn(status.json()["nodes"][-1]["state"], ("gone", "silent"))
        self.assertEqual(status.json()["oldest_unfinished"]["order_id"], "o-1")
        self.assertIn("no node runs", " ".join(status.json()["problems"]))
        self.assertEqual(shop.ctl("-o", "json", "audit").json()["unfinished"], 1)


class ManyOrders(ShopTest):
    def test_lists_hold_everything_that_matches_newest_first(self):
        shop = self.open_shop()
        shop.stock_up(price=300, units=150)
        ids = [f"o-{i:03}" for i in range(300)]
        shop.submit(*(order(i, customer=f"buyer-{n % 200}") for n, i in enumerate(ids)))
        shop.when_over(*ids)

        self.assertEqual(set(shop.ctl("-o", "ids", "order", "list").out.split()), set(ids))
        created = [o["created_at"] for o in shop.do("order", "list")]
        self.assertEqual(created, sorted(created, reverse=True))
        self.assertEqual(len(shop.ctl("order", "list").out.splitlines()), 301)
        self.assertEqual(len(shop.ctl("-o", "jsonl", "order", "list").json_lines()), 300)
        self.assertEqual(len(shop.do("order", "list", "--limit", "7")), 7)

        succeeded = shop.do("order", "list", "--outcome", "SUCCESS")
        self.assertEqual({o["state"] for o in succeeded}, {"completed"})
        rolled_back = shop.do("order", "list", "--state", "rolled_back")
        self.assertEqual(len(succeeded) + len(rolled_back), 300)
        self.assertEqual(len(succeeded), 150)
        self.assertEqual([o["order_id"] for o in shop.do("order", "list", "--customer", "buyer-150")], ["o-150"])
        self.assertEqual(shop.do("order", "list", "--older-than", "1h"), [])
        self.assertEqual(len(shop.do("order", "list", "--older-than", "0ms")), 300)
        self.assertEqual(len(shop.do("wallet", "list")), 200)
        self.assertEqual({c["state"]: c["count"] for c in shop.do("status")["orders"] if c["state"] == "completed"},
                         {"completed": 150})

    def test_submit_tells_in_every_form(self):
        shop = self.open_shop()
        shop.stock_up()
        text = json.dumps(order("o-1")) + "\nnonsense\n"
        for form in ([], ["-o", "json"], ["-o", "jsonl"]):
            answers = shop.ctl(*form, "order", "submit", "-", stdin=text)
            self.assertEqual(answers.code, 1)
            self.assertEqual([a["accepted"] for a in answers.json_lines()], [True, False])
        self.assertEqual(shop.ctl("-o", "ids", "order", "submit", "-", stdin=text).out, "o-1\n")
        self.assertRegex(shop.ctl("-o", "table", "order", "submit", "-", stdin=text).out, r"(?m)^o-1 +duplicate$")
        self.assertEqual(shop.ctl("order", "submit", "-", stdin=json.dumps(order("o-2"))).code, 0)
        self.assertEqual(shop.ctl("order", "submit", "-", stdin="").out, "")

    def test_an_order_without_an_id_is_told_its_own(self):
        shop = self.open_shop()
        shop.stock_up()
        nameless = order("x")
        del nameless["order_id"]
        answers = shop.submit(nameless, nameless)
        self.assertEqual(len({a["order_id"] for a in answers}), 2)
        shop.when_over(*(a["order_id"] for a in answers))


if __name__ == "__main__":
    unittest.main()
