"""The node and sagactl itself die at any moment of a bulk repair: each order is repaired once, and none is forgotten."""
import os
import random
import subprocess
import time

from private_process import die_with_parent
from shop import BIN, DEADLINE_S, ShopTest, fault, order, patient_config, wait_until

ORDERS = 400
DEATHS = 10
QUERY = "state=held and code=BANK_CLOSED"


class DyingRepair(ShopTest):
    def setUp(self):
        self.seed = int(os.environ.get("SAGAD_TEST_SEED", random.randrange(2**32)))
        self.chance = random.Random(self.seed)
        print(f"note: SAGAD_TEST_SEED={self.seed} repeats it", flush=True)

    def open_stuck_shop(self):
        shop = self.open_shop(config=patient_config(attempts=2, undo_attempts=2))
        shop.stock_up()
        faults = [fault("schedule-delivery", "refuse", code="NO_COURIER"),
                  fault("refund-payment", "refuse", code="BANK_CLOSED", times=2)]
        answers = shop.submit(*(order(f"o-{i}", customer=f"c-{i}", faults=faults) for i in range(ORDERS)))
        shop.when_over(*(a["order_id"] for a in answers))
        return shop

    def begin(self, shop, *words):
        return subprocess.Popen([BIN / "sagactl", *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, env=shop.environment(SAGAD_STORE=shop.url),
                                preexec_fn=die_with_parent)

    def go_on(self, shop):
        """With the operation if it was promised, else with a new one."""
        known = shop.do("operation", "list")
        if known:
            self.assertEqual(len(known), 1)
            return self.begin(shop, "operation", "resume", known[0]["operation_id"])
        self.assertEqual(self.resumptions(shop), {0})  # what was not promised did not begin
        return self.begin(shop, "order", "resume", "--query", QUERY, "--reason", "the bank is back", "--canary", "1",
                          "--yes")

    def resumptions(self, shop):
        return {shop.facts(f"o-{i}").count("order.resumed") for i in range(0, ORDERS, 10)}

    def test_whoever_dies_on_the_way_each_order_is_resumed_exactly_once(self):
        shop = self.open_stuck_shop()
        seen_on_the_way = set()
        for _ in range(DEATHS):
            operator = self.go_on(shop)
            time.sleep(self.chance.uniform(0, 0.3))  # which moment it is, is the point
            if self.chance.random() < 0.5:
                operator.kill()
            else:
                shop.kill()
                operator.kill()
                shop.start()
            operator.wait()
            seen_on_the_way.update(o["total"] - o["planned"] for o in shop.do("operation", "list"))
        print(f"note: it was interrupted when {sorted(seen_on_the_way)} of {ORDERS} had been promised", flush=True)
        self.go_on(shop).wait(timeout=DEADLINE_S)
        over = wait_until(lambda: [o for o in shop.do("operation", "list") if o["state"] == "over"], "the operation's end")
        self.assert_fields(over[0], {"total": ORDERS, "well": ORDERS, "badly": 0, "refused": 0, "moved_on": 0})
        self.assertEqual({o["state"] for o in shop.orders().values()}, {"rolled_back"})
        self.assertEqual({shop.facts(f"o-{i}").count("order.resumed") for i in range(ORDERS)}, {1})
