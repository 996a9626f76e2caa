"""Nodes die in the middle of a bulk repair: the others take their orders over, and each order is repaired once."""
import os
import random
import subprocess
import time

from cluster import ClusterTest
from private_process import die_with_parent
from sagactl import BIN, DEADLINE_S
from shop import fault, order, patient_config

ORDERS, DEATHS = 300, 4


class RepairTakeover(ClusterTest):
    def setUp(self):
        self.seed = int(os.environ.get("SAGAD_TEST_SEED", random.randrange(2**32)))
        self.chance = random.Random(self.seed)
        print(f"note: SAGAD_TEST_SEED={self.seed} repeats it", flush=True)

    def open_stuck_cluster(self):
        cluster = self.open_cluster()
        cluster.stock_up()
        cluster.add_nodes(3, config=patient_config(attempts=2, undo_attempts=2))
        faults = [fault("schedule-delivery", "refuse", code="NO_COURIER"),
                  fault("refund-payment", "refuse", code="BANK_CLOSED", times=2)]
        ids = [f"o-{i}" for i in range(ORDERS)]
        cluster.submit(*(order(i, customer=f"buyer-of-{i}", faults=faults) for i in ids))
        self.assertEqual({o["state"] for o in cluster.when_over(*ids).values()}, {"held"})
        return cluster, ids

    def test_each_order_is_resumed_exactly_once_whichever_nodes_die_on_the_way(self):
        cluster, ids = self.open_stuck_cluster()
        operator = subprocess.Popen(
            [BIN / "sagactl", "order", "resume", "--query", "state=held", "--reason", "the bank is back", "--canary", "1",
             "--yes"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            env=cluster.environment(SAGAD_STORE=cluster.url), preexec_fn=die_with_parent)
        well_before = []
        for death in range(DEATHS):
            time.sleep(self.chance.uniform(0, 0.5))  # which moment it is, is the point
            well_before += [o["well"] for o in cluster.do("operation", "list")]
            victim = self.chance.choice(cluster.nodes)
            victim.kill()
            if death < DEATHS - 1:
                victim.start()  # the last one stays dead
        print(f"note: nodes died when {well_before} of {ORDERS} had been repaired", flush=True)
        complaints = operator.communicate(timeout=DEADLINE_S)[1].decode()
        self.assertEqual(operator.returncode, 0, complaints)
        [over] = cluster.do("operation", "list")
        self.assert_fields(over, {"state": "over", "total": ORDERS, "well": ORDERS, "badly": 0, "moved_on": 0})
        self.assertEqual({o["state"] for o in cluster.orders().values()}, {"rolled_back"})
        self.assertEqual({cluster.facts(i).count("order.resumed") for i in ids}, {1})
        self.assertEqual({w["balance"] for w in cluster.do("wallet", "list")}, {500})
