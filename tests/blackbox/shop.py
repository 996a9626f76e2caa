"""A shop of its own for each test: one sagad on a fresh SQLite file, driven by the real sagactl.
"""
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

from private_process import die_with_parent
from sagactl import BIN, DEADLINE_S, Operator, PromisesTest, wait_until

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


class Shop(Operator):
    """On a file of its own, or on the store with that URL."""

    def __init__(self, *, url=None, initial_credit=500, config=None, allow_faults=True):
        self.folder = Path(tempfile.mkdtemp(prefix="sagad-test-"))
        self.file = self.folder / "shop.db"
        super().__init__(url or f"sqlite:{self.file}")
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
        """Starts the node and waits until it has taken the store over. From the main thread only: see die_with_parent."""
        with open(self.log, "ab") as log:
            self.node = subprocess.Popen([BIN / "sagad", *self.node_args], stdin=subprocess.DEVNULL, stdout=log,
                                         stderr=log, env=self.environment(), preexec_fn=die_with_parent)
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


class ShopTest(PromisesTest):
    """Each shop that a test opens is closed with it, and must have kept every promise until then."""

    def new_store(self):
        """The URL of an empty store; None for a file."""
        return None

    def open_shop(self, *, start=True, audited=True, **options):
        shop = Shop(url=self.new_store(), **options)
        self.addCleanup(shop.close)
        if start:
            shop.start()
            if audited:
                self.addCleanup(self.assert_promises_kept, shop)
        return shop
