"""The drill of README, run as it stands there: a thousand orders get stuck, and an operator drains them."""
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from private_process import die_with_parent
from sagactl import BIN, Operator, PromisesTest

ROOT = Path(os.environ.get("SAGAD_ROOT", Path(__file__).resolve().parents[2]))
ORDERS, STUBBORN = 1000, 10
DEADLINE_S = 300


def block_of_readme():
    found = re.search(r"drill_test.py runs this block -->\n```\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return found.group(1)


class Drill(PromisesTest):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="sagad-drill-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.operator = Operator(f"sqlite:{self.folder}/drill.db")

    def run_block(self, block):
        """Returns what it printed, in a shell that runs another job already, as the reader's does: a shop's node."""
        block = f"sleep {DEADLINE_S} > /dev/null & SHOP=$!\n{block}\nkill $SHOP && echo the shop went on"
        environment = self.operator.environment(PATH=f"{BIN}:{os.environ['PATH']}", SAGAD_OPERATOR="nora")
        done = subprocess.run(["bash", "-c", block], cwd=self.folder, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=DEADLINE_S,
                              preexec_fn=die_with_parent, check=False)
        return done.stdout

    def test_a_newcomer_drains_a_thousand_stuck_orders_with_the_readme_alone(self):
        said = self.run_block(block_of_readme())
        for words in ["BANK_CLOSED", "5000", "refund-payment", "the bank says: back at four", "op-1", "op-2", "the shop went on"]:
            self.assertIn(words, said)
        self.assert_all_were_given_their_money_back()
        self.assert_the_story_reads_back()
        self.assert_promises_kept(self.operator)

    def assert_all_were_given_their_money_back(self):
        orders = self.operator.do("order", "list")
        self.assertEqual({(o["state"], o["outcome"]) for o in orders}, {("rolled_back", "DELIVERY_FAILED")})
        self.assertEqual(len(orders), ORDERS)
        self.assertEqual({w["balance"] for w in self.operator.do("wallet", "list")}, {500})
        self.assertEqual(self.operator.do("order", "stuck"), [])

    def assert_the_story_reads_back(self):
        first, second = sorted(self.operator.do("operation", "list"), key=lambda o: o["operation_id"])
        self.assert_fields(first, {"total": ORDERS, "well": ORDERS - STUBBORN, "badly": STUBBORN})
        self.assert_fields(second, {"total": STUBBORN, "well": STUBBORN, "badly": 0})
        verbs = [entry["verb"] for entry in self.operator.do("operator", "log")]
        self.assertEqual(verbs, ["order resume", "order resume", "note"])
        story = self.operator.do("order", "history", "o-50")
        resumed = [fact["detail"] for fact in story if fact["type"] == "order.resumed"]
        self.assertEqual(resumed, ["nora: the bank is back", "nora: the bank is back, now really"])
