"""Every verb that looks at orders, on 100,000 of them: the right answer in every form, with its exit code."""
import json
import time

from shop import ShopTest, order, wait_until

ORDERS = 100_000


class HundredThousand(ShopTest):
    def timed(self, shop, *words):
        """How long it took is told, not held: see `note:` in the summary."""
        began = time.monotonic()
        result = shop.ctl(*words)
        self.took[" ".join(words[-2:])] = time.monotonic() - began
        return result

    def test_an_operator_finds_their_way_among_a_hundred_thousand_orders(self):
        self.took = {}
        shop = self.open_shop()
        shop.stock_up(price=1, units=ORDERS)
        shop.kill()  # they wait for a node: nothing moves while we look
        answers = shop.submit(*(order(f"o-{i}", customer=f"c-{i % 1000}") for i in range(ORDERS)))
        self.assertEqual(sum(a["accepted"] for a in answers), ORDERS)
        self.look(shop)
        self.promise(shop)
        told = ", ".join(f"{words} {seconds:.2f} s" for words, seconds in self.took.items())
        print(f"note: {ORDERS:,} orders: {told}", flush=True)

    def look(self, shop):
        table = self.timed(shop, "order", "list")
        self.assertEqual((table.code, len(table.out.splitlines())), (0, ORDERS + 1))
        self.assertEqual(len(shop.do("order", "list")), ORDERS)
        self.assertEqual(len(shop.ctl("-o", "ids", "order", "list").out.splitlines()), ORDERS)
        self.assertEqual(len(shop.ctl("-o", "jsonl", "order", "list").json_lines()), ORDERS)
        found = shop.do("order", "list", "--query", "state=running and customer=c-7")
        self.assertEqual((len(found), {o["customer_id"] for o in found}), (ORDERS // 1000, {"c-7"}))
        self.assertEqual(self.timed(shop, "order", "stuck").code, 0)
        self.assertEqual(shop.do("order", "stuck"), [])
        wait_until(lambda: shop.ctl("status").code == 5, "everybody to see that the node is gone")
        self.assertEqual(self.timed(shop, "status").code, 5)
        status = shop.ctl("-o", "json", "status")
        self.assertEqual(status.code, 5)
        self.assertEqual([(o["state"], o["count"]) for o in status.json()["orders"]], [("running", ORDERS)])
        self.assertEqual(shop.show("o-77777")["state"], "running")
        self.assertEqual(shop.facts("o-77777"), ["order.accepted"])
        self.assertEqual(self.timed(shop, "order", "why", "o-77777").code, 0)
        self.assertEqual({p["name"]: p["waiting"] for p in shop.do("participant", "list")}["inventory"], 0)
        audit = self.timed(shop, "-o", "json", "audit")
        self.assertEqual((audit.code, audit.json()["unfinished"]), (0, ORDERS))

    def promise(self, shop):
        hold = ["order", "hold", "--query", "state=running", "--reason", "stocktaking"]
        planned = shop.do(*hold, "--dry-run")
        self.assert_fields(planned, {"allowed": ORDERS, "refused": 0, "by_state": {"running": ORDERS}})
        promised = shop.ctl("-o", "json", *hold, "--yes", "--no-wait")
        self.assertEqual(promised.code, 5)  # no node runs to keep it
        self.assert_fields(json.loads(promised.out), {"total": ORDERS, "released": ORDERS, "state": "under way"})
        self.assertEqual(shop.do("operation", "list")[0]["released"], ORDERS)
        shown = shop.ctl("-o", "json", "operation", "show", "op-1")
        self.assertEqual(len(shown.json()["orders"]), ORDERS)
        self.assertEqual([e["detail"] for e in shop.do("operator", "log")], [f"{ORDERS} orders"])
