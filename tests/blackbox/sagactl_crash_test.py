"""kill -9 at any moment, again and again: no accepted order is lost and no cent or unit is counted twice."""
import json
import os
import random
import subprocess
import threading
import unittest

from shop import BIN, ShopTest, fault, order, quick_config, wait_until

KILLS = 6


class CrashingNode(ShopTest):
    def setUp(self):
        self.seed = int(os.environ.get("SAGAD_TEST_SEED", random.randrange(2**32)))
        self.chance = random.Random(self.seed)
        print(f"seed {self.seed} (SAGAD_TEST_SEED repeats it)")

    def some_order(self, chance, order_id):
        """A realistic mix: poor customers, scarce stock, and every tenth order in trouble."""
        kinds = ["kill", "kill-after", "stall", "lose-reply", "late-reply", "duplicate-reply"]
        steps = ["charge-payment", "reserve-inventory", "schedule-delivery", "confirm-order"]
        in_trouble = chance.randrange(10) == 0
        return order(order_id, customer=f"buyer-{chance.randrange(40)}", sku=chance.choice("ab"),
                     quantity=chance.randrange(1, 4),
                     faults=[fault(chance.choice(steps), chance.choice(kinds), times=1)] if in_trouble else None)

    def submit_until(self, stop, shop, name, accepted):
        """Keeps the shop under load; remembers what was accepted."""
        chance = random.Random(f"{self.seed}-{name}")
        number = 0
        while not stop.is_set():
            batch = [self.some_order(chance, f"{name}-{number + i}") for i in range(200)]
            number += len(batch)
            accepted.extend(r["order_id"] for r in shop.submit(*batch) if r["accepted"])

    def test_killed_again_and_again_under_load_every_accepted_order_ends(self):
        patience = {"attempts": 100}
        shop = self.open_shop(config=quick_config(reply_timeout_ms=500, undo_attempts=100, notify_customer=patience))
        shop.stock_up("a", price=7, units=100_000)
        shop.stock_up("b", price=40, units=300)
        stop, accepted, caught_on_the_way = threading.Event(), [], 0
        load = [threading.Thread(target=self.submit_until, args=(stop, shop, name, accepted)) for name in "xy"]
        for submitter in load:
            submitter.start()
        try:
            for _ in range(KILLS):
                enough = len(accepted) + self.chance.randrange(100, 1_000)
                wait_until(lambda: len(accepted) >= enough, "orders to be accepted")
                shop.kill()
                audit = shop.ctl("-o", "json", "audit")  # money and stock are conserved in every committed state
                self.assertEqual(audit.code, 0, audit)
                caught_on_the_way += audit.json()["unfinished"]
                shop.start()
        finally:
            stop.set()
            for submitter in load:
                submitter.join()
        self.assertGreater(caught_on_the_way, 0)
        known = shop.when_over(*accepted)
        self.assertEqual({known[i]["state"] for i in accepted} - {"completed", "rolled_back"}, set())

    def test_an_order_accepted_while_no_node_runs_is_driven_by_the_next_one(self):
        shop = self.open_shop()
        shop.stock_up()
        shop.kill()
        self.assertEqual(shop.submit(order("o-1"))[0]["accepted"], True)
        self.assertEqual(shop.show("o-1")["state"], "running")
        shop.start()
        self.assertEqual(shop.when_over("o-1")["o-1"]["outcome"], "SUCCESS")

    def test_sigterm_drains_and_what_has_not_ended_goes_on_later(self):
        shop = self.open_shop(config=quick_config(attempts=100))
        shop.stock_up()
        shop.submit(order("slow", faults=[fault("schedule-delivery", "kill", times=20)]))
        shop.submit(*(order(f"o-{i}", customer=f"buyer-{i}") for i in range(300)))
        self.assertEqual(shop.stop(), 0)
        shop.start()
        known = shop.when_over("slow", *(f"o-{i}" for i in range(300)))
        self.assertEqual({o["outcome"] for o in known.values()}, {"SUCCESS"})


class CrashingOperator(ShopTest):
    def test_a_killed_submission_can_be_repeated_and_makes_no_order_twice(self):
        shop = self.open_shop()
        shop.stock_up(units=100_000)
        orders = [order(f"o-{i}", customer=f"buyer-{i % 50}", quantity=1) for i in range(3_000)]
        file = shop.folder / "orders.ndjson"
        file.write_text("".join(json.dumps(o) + "\n" for o in orders))
        told_before_the_end = []
        for lines_before_the_kill in (1, 501, 1_501):
            with subprocess.Popen([BIN / "sagactl", "order", "submit", file], stdout=subprocess.PIPE,
                                  env=shop.environment(SAGAD_STORE=shop.url)) as operator:
                for _ in range(lines_before_the_kill):
                    told_before_the_end.append(json.loads(operator.stdout.readline()))
                operator.kill()
        self.assertEqual({r["accepted"] for r in told_before_the_end}, {True})
        for result in told_before_the_end:
            shop_has_it = result["order_id"] in self.known(shop)
            self.assertTrue(shop_has_it, f"{result['order_id']} was accepted and is gone")

        results = shop.ctl("order", "submit", file).json_lines()
        self.assertEqual({r["accepted"] for r in results}, {True})
        ids = [o["order_id"] for o in orders]
        known = shop.when_over(*ids)
        self.assertEqual(len(known), len(ids))
        succeeded = sum(known[i]["outcome"] == "SUCCESS" for i in ids)
        self.assert_fields(shop.level(), {"reserved": succeeded, "available": 100_000 - succeeded})

    def known(self, shop):
        if not hasattr(self, "_known"):
            self._known = shop.orders()
        return self._known


if __name__ == "__main__":
    unittest.main()
