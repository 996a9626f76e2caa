"""A shop of its own for each test: one sagad on a fresh SQLite file, driven by the real sagactl.

The programs are taken from the folder named by SAGAD_BIN.
"""
import ctypes
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

BIN = Path(os.environ.get("SAGAD_BIN", Path(__file__).resolve().parents[2] / "build/release/bin"))

# Patience with a busy machine; nothing waits this long unless it is broken.
DEADLINE_S = 60

STEPS = ["charge-payment", "reserve-inventory", "schedule-delivery", "confirm-order", "notify-customer"]
UNDOS = ["refund-payment", "release-inventory", "cancel-delivery", "withdraw-confirmation"]


def quick_config(reply_timeout_ms=250, attempts=4, undo_attempts=6, **by_step):
    """A configuration in which giving up takes about two seconds; `refund_payment={"attempts": 9}` overrides."""
    lines = []
    for step in STEPS + UNDOS:
        settings = {"reply_timeout": f"{reply_timeout_ms}ms", "backoff_initial": "10ms", "backoff_max": "50ms",
                    "attempts": undo_attempts if step in UNDOS else attempts,
                    **by_step.get(step.replace("-", "_"), {})}
        lines.append(f"[steps.{step}]")
        lines += [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    return "\n".join(lines) + "\n"


def patient_config(attempts=2, undo_attempts=3):
    """The same for faults that are answered: even a machine that is very busy never makes a timeout of them."""
    return quick_config(reply_timeout_ms=DEADLINE_S * 1000, attempts=attempts, undo_attempts=undo_attempts)


def order(order_id, customer="alice", sku="late_token", quantity=1, faults=None):
    """A submission of one line."""
    body = {"order_id": order_id, "customer_id": customer, "lines": [{"sku": sku, "quantity": quantity}]}
    if faults:
        body["faults"] = faults
    return body


def fault(step, kind, **more):
    return {"step": step, "kind": kind, **more}


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


def dies_with_us():
    """Runs in the child: the kernel ends it when the test process ends, however that happens."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


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


class Shop:
    def __init__(self, *, initial_credit=500, config=None, allow_faults=True):
        self.folder = Path(tempfile.mkdtemp(prefix="sagad-test-"))
        self.file = self.folder / "shop.db"
        self.url = f"sqlite:{self.file}"
        self.log = self.folder / "node.log"
        self.node = None
        self.node_args = ["--store", self.url, "--initial-credit", str(initial_credit)]
        if allow_faults:
            self.node_args.append("--allow-faults")
        if config is not None:
            (self.folder / "node.toml").write_text(config)
            self.node_args += ["--config", str(self.folder / "node.toml")]

    # --- the node ---------------------------------------------------------------------------------------

    def start(self):
        """Starts the node and waits until it has taken the store over. From the main thread only: see dies_with_us."""
        with open(self.log, "ab") as log:
            self.node = subprocess.Popen([BIN / "sagad", *self.node_args], stdin=subprocess.DEVNULL, stdout=log,
                                         stderr=log, env=self.environment(), preexec_fn=dies_with_us)
        wait_until(self.is_ready, "the node to be ready")
        return self

    def is_ready(self):
        if self.node.poll() is not None:
            raise AssertionError(f"the node ended with {self.node.returncode}:\n{self.log.read_text()[-4000:]}")
        status = self.ctl("-o", "json", "status")
        return status.out and any(n["state"] == "live" for n in status.json()["nodes"])

    def kill(self):
        """kill -9."""
        self.node.kill()
        self.node.wait()
        self.node = None

    def stop(self):
        """SIGTERM; returns the exit code."""
        self.node.terminate()
        code = self.node.wait(timeout=DEADLINE_S)
        self.node = None
        return code

    def close(self):
        if self.node is not None:
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    # --- the operator -----------------------------------------------------------------------------------

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


class ShopTest(unittest.TestCase):
    """Each shop that a test opens is closed with it, and must have kept every promise until then."""

    def open_shop(self, *, start=True, audited=True, **options):
        shop = Shop(**options)
        self.addCleanup(shop.close)
        if start:
            shop.start()
            if audited:
                self.addCleanup(self.assert_promises_kept, shop)
        return shop

    def assert_promises_kept(self, shop):
        audit = shop.ctl("-o", "json", "audit")
        self.assertEqual(audit.code, 0, audit)
        self.assertEqual(audit.json()["findings"], [])

    def assert_fields(self, actual, expected):
        """The named fields have these values; others may be there."""
        self.assertEqual({key: actual.get(key) for key in expected}, expected)
