"""What a node tells Prometheus."""
import re
import socket
import sqlite3
import unittest
import urllib.request

from sagactl import wait_until
from shop import ShopTest, order


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Metrics(ShopTest):
    def open_watched_shop(self):
        shop = self.open_shop(start=False)
        self.address = f"127.0.0.1:{free_port()}"
        shop.node_args += ["--http", self.address, "--audit-every", "1s"]
        return shop.start()

    def metric(self, name):
        with urllib.request.urlopen(f"http://{self.address}/metrics") as answer:
            text = answer.read().decode()
        found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else None

    def test_ended_orders_and_commits_are_counted(self):
        shop = self.open_watched_shop()
        shop.do("catalog", "set", "late_token", "--price", "50")
        shop.do("stock", "add", "late_token", "10")
        shop.submit(order("o-1"))
        wait_until(lambda: self.metric('sagad_orders_ended_total{state="completed"}') == 1, "the order to be counted")
        self.assertGreater(self.metric("sagad_commit_seconds_count"), 0)

    def test_a_broken_promise_raises_the_metric_of_the_audit_and_an_error_in_the_log(self):
        shop = self.open_watched_shop()
        shop.do("wallet", "credit", "alice", "5")
        wait_until(lambda: self.metric("sagad_audit_findings") == 0, "an audit that finds nothing")
        with sqlite3.connect(shop.file) as store:
            store.execute("UPDATE wallets SET balance = balance + 1")
        wait_until(lambda: (self.metric("sagad_audit_findings") or 0) > 0, "an audit that finds the forged wallet")
        self.assertRegex(shop.log.read_text(), r"\[error\].*promise 5 is broken")

    def test_an_address_that_is_taken_is_an_error_that_names_it(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            shop = self.open_shop(start=False)
            taken = f"127.0.0.1:{other.getsockname()[1]}"
            shop.node_args += ["--http", taken]
            with self.assertRaisesRegex(AssertionError, rf"ended with 1(?s:.*)cannot listen on {taken}"):
                shop.start()
            shop.node = None


if __name__ == "__main__":
    unittest.main()
