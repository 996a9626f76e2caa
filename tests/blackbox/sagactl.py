"""The real sagactl on a store, whoever runs on it; and what every test of processes needs.

The programs are taken from the folder named by SAGAD_BIN.
"""
import json
import os
import subprocess
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BIN = Path(os.environ.get("SAGAD_BIN", Path(__file__).resolve().parents[2] / "build/release/bin"))

# Patience with a busy machine; nothing waits this long unless it is broken.
DEADLINE_S = 60


def wait_until(condition, what, deadline_s=DEADLINE_S):
    """Polls until `condition()` is true and returns what it returned."""
    give_up_at = time.monotonic() + deadline_s
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > give_up_at:
            raise AssertionError(f"waited {deadline_s} s in vain for {what}")
        time.sleep(0.01)


class Result:
    """What a run of sagactl left behind."""

    def __init__(self, args, code, out, err):
        self.args, self.code, self.out, self.err = args, code, out, err

    def json(self):
        return json.loads(self.out)

    def json_lines(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def __repr__(self):
        return f"sagactl {' '.join(self.args)} -> {self.code}\n{self.out[-2000:]}\n{self.err[-2000:]}"


class PromisesTest(unittest.TestCase):
    """What every test of processes asserts."""

    def assert_promises_kept(self, operator):
        audit = operator.ctl("-o", "json", "audit")
        self.assertEqual(audit.code, 0, audit)
        self.assertEqual(audit.json()["findings"], [])

    def assert_fields(self, actual, expected):
        """The named fields have these values; others may be there."""
        self.assertEqual({key: actual.get(key) for key in expected}, expected)


class Operator:
    """Somebody with a terminal and the URL of a store."""

    def __init__(self, url):
        self.url = url

    def environment(self, **more):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("SAGAD_") and k != "NO_COLOR"}
        return {**clean, **more}

    def ctl(self, *args, stdin="", store=None):
        """Runs sagactl on the store. `stdin` may be text or bytes."""
        args = [str(a) for a in args]
        text = stdin.encode() if isinstance(stdin, str) else stdin
        done = subprocess.run([BIN / "sagactl", *args], input=text, capture_output=True, timeout=DEADLINE_S,
                              env=self.environment(SAGAD_STORE=store or self.url), check=False)
        return Result(args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def do(self, *args, stdin=""):
        """Runs sagactl, which must succeed, and returns what it printed as JSON."""
        result = self.ctl("-o", "json", *args, stdin=stdin)
        if result.code != 0:
            raise AssertionError(f"it failed: {result}")
        return result.json()

    def stock_up(self, sku="late_token", price=1, units=500):
        self.do("catalog", "set", sku, "--price", price)
        if units:
            self.do("stock", "add", sku, units)

    def submit(self, *orders):
        """Submits the orders in one go; returns a result for each."""
        return self.submit_raw("".join(json.dumps(o) + "\n" for o in orders)).json_lines()

    def submit_raw(self, text):
        return self.ctl("order", "submit", "-", stdin=text)

    def submit_at_once(self, *orders):
        """Each order by a sagactl of its own, all at the same time."""
        with ThreadPoolExecutor(len(orders)) as pool:
            return [results[0] for results in pool.map(self.submit, orders)]

    def show(self, order_id):
        return self.do("order", "show", order_id)

    def orders(self):
        return {o["order_id"]: o for o in self.do("order", "list")}

    def when_over(self, *order_ids):
        """Waits until the orders have ended or are held; returns them by id."""
        def all_over():
            known = self.orders()
            over = all(i in known and known[i]["state"] in ("completed", "rolled_back", "held") for i in order_ids)
            return known if over else None
        return wait_until(all_over, f"{len(order_ids)} orders to end")

    def balance(self, customer="alice"):
        return self.do("wallet", "show", customer)["balance"]

    def level(self, sku="late_token"):
        return self.do("stock", "show", sku)

    def facts(self, order_id):
        return [f["type"] for f in self.do("order", "history", order_id)]
