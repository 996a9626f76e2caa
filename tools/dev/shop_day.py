"""A shop's day, as tools/demo shows it: a real node, the real sagactl, a crash in the middle, the books at the end.

Everything that is said about orders is read back through sagactl; nothing is counted here.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

BIN = Path("build/release/bin")
FOLDER = Path("build/demo")
STORE = f"sqlite:{FOLDER}/shop.db"
SKUS, CUSTOMERS, INITIAL_CREDIT = 40, 4_000, 600
FAULTS_PER_MILLE = 30
PATIENCE_S = 120
# Short, so that a stalled participant costs the audience a second and not half a minute.
SETTINGS = "".join(
    f'[steps.{name}]\nreply_timeout = "400ms"\nattempts = 2\nbackoff_initial = "50ms"\n'
    for name in ("charge-payment", "reserve-inventory", "schedule-delivery", "confirm-order")
) + '[steps.notify-customer]\nreply_timeout = "400ms"\n'


def sagactl(*words, stdin=None):
    done = subprocess.run([BIN / "sagactl", "--store", STORE, "-o", "json", *words], stdin=stdin,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    # Exit 5 says that something is wrong: after a crash, that is the news that we want.
    if done.returncode not in (0, 5):
        sys.exit(f"sagactl {' '.join(words)} failed: {done.stderr.strip()}")
    return json.loads(done.stdout) if done.stdout.strip() else None


class Node:
    """The node's process. Its log goes to a file."""

    def __init__(self):
        with open(FOLDER / "node.log", "a") as log:
            self.process = subprocess.Popen(
                [BIN / "sagad", "--store", STORE, "--allow-faults", "--initial-credit", str(INITIAL_CREDIT),
                 "--config", FOLDER / "node.toml"], stdout=log, stderr=log)

    def end(self, how):
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait()


def wait_for(what, condition):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"waited {PATIENCE_S} s for {what} in vain; the node's log is {FOLDER}/node.log")
        time.sleep(0.1)


def node_is_up():
    return any(node["state"] == "live" for node in sagactl("status")["nodes"])


def price_of(rank):
    return 5 + rank * 37 % 113


def stock_of(rank, orders):
    # What the crowd wants is there; every seventh sku is scarce.
    return orders // 400 + 5 if rank % 7 == 6 else orders * 4


def open_shop(orders):
    for rank in range(SKUS):
        sagactl("catalog", "set", f"sku-{rank:03}", "--price", str(price_of(rank)))
        sagactl("stock", "add", f"sku-{rank:03}", str(stock_of(rank, orders)))


def submit_all(orders):
    """Submits in the background, as a shop would; the answers are kept for the curious."""
    with open(FOLDER / "orders.jsonl", "w") as made_up:
        subprocess.run([BIN / "sagabench", "mix", "--orders", str(orders), "--customers", str(CUSTOMERS), "--skus",
                        str(SKUS), "--faults-per-mille", str(FAULTS_PER_MILLE)], stdout=made_up, check=True)

    def run():
        with open(FOLDER / "orders.jsonl") as wanted, open(FOLDER / "answers.jsonl", "w") as answers:
            subprocess.run([BIN / "sagactl", "--store", STORE, "-o", "jsonl", "order", "submit", "-"], stdin=wanted,
                           stdout=answers, check=True)

    submitting = threading.Thread(target=run)
    submitting.start()
    return submitting


class Progress:
    """One line that is redrawn on a terminal, a line each second elsewhere."""

    def __init__(self, total):
        self.total, self.live, self.last = total, sys.stdout.isatty() and not os.environ.get("NO_COLOR"), 0.0

    def show(self, status):
        counts = {}
        for row in status["orders"]:
            counts[row["state"]] = counts.get(row["state"], 0) + row["count"]
        ended = counts.get("completed", 0) + counts.get("rolled_back", 0) + counts.get("held", 0)
        filled = 40 * ended // self.total
        line = (f"  [{'#' * filled}{'.' * (40 - filled)}] {ended:>6} of {self.total} ended: "
                + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
        if self.live:
            print(f"\r{line[:shutil.get_terminal_size().columns - 1]}\x1b[K", end="", flush=True)
        elif time.monotonic() - self.last > 1:
            self.last = time.monotonic()
            print(line, flush=True)
        return ended

    def say(self, text):
        print(f"{chr(10) if self.live else ''}{text}", flush=True)


def run_day(orders):
    subprocess.run([BIN / "sagad", "migrate", "--store", STORE], check=True, stderr=subprocess.DEVNULL)
    node = Node()
    try:
        wait_for("the node", node_is_up)
        open_shop(orders)
        began = time.monotonic()
        submitting, progress, killed = submit_all(orders), Progress(orders), False

        def ended():
            nonlocal node, killed
            done = progress.show(sagactl("status"))
            if not killed and done >= orders * 2 // 5:
                killed = True
                node.end(signal.SIGKILL)
                progress.say(f"== kill -9 of the node, with {done} orders ended. Nobody told it; a new one starts.")
                node = Node()
            return done >= orders and not submitting.is_alive()

        wait_for("the orders to end", ended)
        submitting.join()
        return time.monotonic() - began, node.end(signal.SIGTERM)
    finally:
        node.end(signal.SIGKILL)


def close_books(orders, seconds):
    print("\n\n== How they ended")
    for row in sorted(sagactl("status")["orders"], key=lambda r: -r["count"]):
        print(f"  {row['count']:>7}  {row['state']:<12} {row['outcome'] or ''}")
    print(f"  {orders:>7}  orders in {seconds:.1f} s, the crash included: {orders / seconds:,.0f} orders/s, each step "
          "durable\n")
    print("== The audit", flush=True)
    return subprocess.run([BIN / "sagactl", "--store", STORE, "audit"]).returncode


def main():
    orders = int(sys.argv[1])
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    (FOLDER / "node.toml").write_text(SETTINGS)
    print(f"== A shop opens: {SKUS} skus, {CUSTOMERS} customers with {INITIAL_CREDIT} each, {orders} orders to come,\n"
          f"   about {FAULTS_PER_MILLE / 10:.0f} % with a participant that dies, stalls, or loses its answer", flush=True)
    seconds, left_with = run_day(orders)
    verdict = close_books(orders, seconds)
    if left_with != 0:
        sys.exit(f"the node left with exit code {left_with}; its log is {FOLDER}/node.log")
    print(f"""
== Now you
  export SAGAD_STORE={STORE} PATH=$PWD/{BIN}:$PATH
  sagad &                                                  # the node; kill %1 drains it
  echo '{{"order_id":"my-first","customer_id":"me","lines":[{{"sku":"sku-000","quantity":2}}]}}' | sagactl order submit -
  sagactl order history my-first                           # what happened to it
  sagactl order list --outcome TIMEOUT --limit 5           # some that did not work out
  sagactl wallet show me
""", flush=True)
    return verdict


if __name__ == "__main__":
    sys.exit(main())
