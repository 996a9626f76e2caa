"""Nodes, brokers and the database are killed, frozen and cut off again and again while a shop is open. Then everything
that anybody was promised is held against the store, and every fact against the order's history.

    SAGAD_KILLS=200 SAGAD_TEST_SEED=7 python3 -m unittest kill_test      see tools/dev/kill-test
"""
import os
import random
import time
import unittest

from broker_clients import Listener, Submitter
from cluster import INITIAL_CREDIT, ClusterTest
from sagactl import wait_until
from shop import fault, order

KILLS = int(os.environ.get("SAGAD_KILLS", "12"))
RATE_PER_S = float(os.environ.get("SAGAD_RATE", "100"))
CUSTOMERS = 200
SKUS = {"apple": (7, 10_000_000), "pear": (40, 300)}  # price and stock: pears run out
QUIET_S = (0.2, 1.5)
CALM_WITHIN_S = 120
HISTORIES_READ = 200


class Storm:
    """What befalls the cluster, drawn by a seed. One broker of three is down at most, and comes back; the database comes
    back at once; a node that ended, for whatever reason, is started again, as a service manager would."""

    def __init__(self, cluster, chance):
        self.cluster, self.chance = cluster, chance
        self.heals = {}  # what was struck: when it recovers, and how
        self.done = {}

    def blow(self, kills):
        blows = [self.kill_node, self.kill_node, self.kill_node, self.freeze_node, self.kill_broker, self.kill_database,
                 self.kill_database, self.cut_from_store, self.freeze_store, self.cut_from_broker, self.drain_node]
        while sum(self.done.values()) < kills:
            blow = self.chance.choice(blows)
            if blow():
                self.done[blow.__name__] = self.done.get(blow.__name__, 0) + 1
            self.wait(self.chance.uniform(*QUIET_S))

    def calm(self):
        while self.heals:
            self.wait(0.1)

    def wait(self, seconds):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for what, (when, heal) in list(self.heals.items()):
                if when <= time.monotonic():
                    del self.heals[what]
                    heal()
            for node in self.cluster.nodes:
                if not node.runs():
                    node.start()
            time.sleep(0.02)

    def strike(self, what, blow, heal_after_s=0.0, heal=lambda: None):
        """True when the blow fell: not on what has not recovered from the last one."""
        if what in self.heals:
            return False
        blow()
        self.heals[what] = (time.monotonic() + self.chance.uniform(0, heal_after_s), heal)
        return True

    def node(self):
        return self.chance.choice(self.cluster.nodes)

    # --- blows ---------------------------------------------------------------------------------------------

    def kill_node(self):
        node = self.node()
        return self.strike(node, node.kill)

    def freeze_node(self):
        """Often past its lease: it must notice, commit nothing and end."""
        node = self.node()
        return self.strike(node, node.pause, 5, node.resume)

    def drain_node(self):
        node = self.node()
        return self.strike(node, node.process.terminate)

    def kill_broker(self):
        broker = self.chance.choice(self.cluster.rabbitmq.nodes)

        def restart():
            broker.start()
            broker.wait_up()
        return self.strike("a broker", broker.kill, 4, restart)  # two of three would be no quorum

    def kill_database(self):
        return self.strike("database", self.cluster.postgres.kill, 2, self.cluster.postgres.start)

    def cut_from_store(self):
        gate = self.node().to_store
        return self.strike(gate, gate.cut, 4, gate.open)

    def freeze_store(self):
        gate = self.node().to_store
        return self.strike(gate, gate.freeze, 5, gate.open)

    def cut_from_broker(self):
        gates = self.node().to_broker
        return self.strike(gates[0], lambda: [gate.cut() for gate in gates], 3, lambda: [gate.open() for gate in gates])


class UnderKills(ClusterTest):
    def setUp(self):
        self.seed = int(os.environ.get("SAGAD_TEST_SEED", random.randrange(2**32)))
        print(f"note: SAGAD_TEST_SEED={self.seed} repeats the storm", flush=True)
        self.chance = random.Random(self.seed)
        self.orders_made = 0

    def next_order(self):
        self.orders_made += 1
        chance = self.order_chance
        faults = None
        if chance.random() < 0.05:
            step = chance.choice(["charge-payment", "reserve-inventory", "schedule-delivery", "confirm-order"])
            faults = [fault(step, chance.choice(["kill", "kill-after", "lose-reply", "duplicate-reply"]), times=1)]
        sku = "nothing-like-it" if chance.random() < 0.02 else chance.choice(list(SKUS))
        return order(f"o-{self.orders_made}", customer=f"buyer-{chance.randrange(CUSTOMERS)}", sku=sku,
                     quantity=chance.randrange(1, 4), faults=faults)

    def test_nothing_that_was_promised_is_lost_and_nothing_that_was_refused_exists(self):
        cluster = self.open_cluster(brokers=3)
        for sku, (price, units) in SKUS.items():
            cluster.stock_up(sku, price, units)
        cluster.add_nodes(3)
        self.order_chance = random.Random(f"{self.seed} orders")
        listener = Listener(cluster.broker_ports())
        listener.start()
        listener.ready.wait()
        submitter = Submitter(cluster.broker_ports(), self.next_order, rate=RATE_PER_S, seed=self.seed)
        submitter.start()
        storm = Storm(cluster, self.chance)
        began = time.monotonic()
        storm.blow(KILLS)
        storm.calm()
        submitter.close()
        stormed = time.monotonic() - began

        calm_since = time.monotonic()
        wait_until(lambda: storm.wait(0.1) or submitter.owed() == 0, "every submitter who insists to be answered",
                   CALM_WITHIN_S)
        cluster.wait_settled(CALM_WITHIN_S)
        orders = cluster.orders()
        wait_until(lambda: self.all_heard(listener, orders), "the listener to hear every end", CALM_WITHIN_S)
        calmed = time.monotonic() - calm_since
        submitter.stop()
        listener.stop()

        self.check_promises(submitter, orders)
        self.check_books(cluster, orders)
        self.check_facts(cluster, listener, orders)
        blows = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in sorted(storm.done.items()))
        print(f"note: {sum(storm.done.values())} blows in {stormed:.0f} s ({blows})")
        accepted = sum(p.accepted for p in submitter.promises.values())
        print(f"note: {len(submitter.promises)} orders sent, {accepted} accepted, 0 lost; all ended "
              f"{calmed:.1f} s after the last blow; {sum(map(len, listener.facts.values()))} facts, "
              f"{listener.duplicates} of them heard again", flush=True)

    def all_heard(self, listener, orders):
        with listener.lock:
            return all(self.last_heard(listener, order_id) == self.end_of(o) for order_id, o in orders.items())

    @staticmethod
    def last_heard(listener, order_id):
        facts = listener.facts.get(order_id)
        return facts[-1]["type"] if facts else None

    @staticmethod
    def end_of(o):
        return f"order.{o['state']}"

    def check_promises(self, submitter, orders):
        for promise in submitter.promises.values():
            with self.subTest(order=promise.order_id):
                if promise.accepted:
                    self.assertIn(promise.order_id, orders, "accepted and lost")
                if promise.refused:
                    self.assertFalse(promise.accepted, "accepted and refused")
                    self.assertNotIn(promise.order_id, orders, "refused and there")
                if promise.insists:
                    self.assertTrue(promise.answers, "never answered")
        self.assertEqual(set(orders) - set(submitter.promises), set(), "orders that nobody submitted")
        self.assertEqual([o["order_id"] for o in orders.values() if o["state"] not in ("completed", "rolled_back")], [],
                         "orders that did not end")

    def check_books(self, cluster, orders):
        spent, taken = {}, dict.fromkeys(SKUS, 0)
        for o in orders.values():
            if o["state"] == "completed":
                spent[o["customer_id"]] = spent.get(o["customer_id"], 0) + o["total"]
        for purse in cluster.do("wallet", "list"):
            self.assertEqual(purse["balance"], INITIAL_CREDIT - spent.get(purse["customer_id"], 0), purse)
        for sku, (_, units) in SKUS.items():
            level = cluster.level(sku)
            self.assertEqual(level["available"] + level["reserved"], units, level)

    def check_facts(self, cluster, listener, orders):
        self.assertEqual(listener.faults, [])
        self.assertEqual(set(listener.facts), set(orders), "facts of orders that do not exist, or orders without facts")
        for order_id in self.chance.sample(sorted(orders), min(HISTORIES_READ, len(orders))):
            self.assertEqual([f["type"] for f in listener.facts[order_id]], cluster.facts(order_id), order_id)


if __name__ == "__main__":
    unittest.main()
