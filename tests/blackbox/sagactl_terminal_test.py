"""sagactl on a terminal, in a pipe, and when Ctrl-C is pressed."""
import json
import os
import pty
import signal
import subprocess
import unittest

from shop import BIN, ShopTest, fault, order, quick_config

ESCAPE = "\x1b["


class Terminal(ShopTest):
    def on_a_terminal(self, shop, *args, **environment):
        """Runs sagactl with a terminal of 60 columns for its stdout; returns what was drawn."""
        outer, inner = pty.openpty()
        os.set_inheritable(inner, True)
        subprocess.run(["stty", "cols", "60"], stdin=inner, check=True)
        process = subprocess.Popen([BIN / "sagactl", *args], stdout=inner, stdin=subprocess.DEVNULL,
                                   env=shop.environment(SAGAD_STORE=shop.url, TERM="xterm", **environment))
        os.close(inner)
        drawn = b""
        while True:
            try:
                piece = os.read(outer, 65536)
            except OSError:  # the terminal's other side is closed
                break
            if not piece:
                break
            drawn += piece
        os.close(outer)
        self.assertEqual(process.wait(), 0)
        return drawn.decode()

    def test_colour_is_for_terminals_without_no_color(self):
        shop = self.open_shop()
        shop.stock_up()
        shop.submit(order("o-1"))
        shop.when_over("o-1")
        self.assertIn(ESCAPE, self.on_a_terminal(shop, "order", "list"))
        self.assertNotIn(ESCAPE, self.on_a_terminal(shop, "order", "list", NO_COLOR="1"))
        self.assertNotIn(ESCAPE, self.on_a_terminal(shop, "-o", "json", "order", "list"))
        self.assertNotIn(ESCAPE, shop.ctl("order", "list").out)

    def test_a_table_fits_the_terminal(self):
        shop = self.open_shop()
        shop.stock_up()
        shop.submit(order("o-" + "x" * 100))
        drawn = self.on_a_terminal(shop, "order", "list", NO_COLOR="1")
        self.assertEqual(max(len(line) for line in drawn.splitlines()), 60)
        self.assertIn("…", drawn)

    def test_watch_draws_over_what_it_drew(self):
        shop = self.open_shop(config=quick_config(attempts=9))
        shop.stock_up()
        shop.submit(order("o-1", faults=[fault("schedule-delivery", "lose-reply", times=2)]))
        drawn = self.on_a_terminal(shop, "order", "watch", "o-1", NO_COLOR="1")
        self.assertRegex(drawn, r"\x1b\[\d+A")
        self.assertIn("completed SUCCESS", drawn)


class Pipes(ShopTest):
    def start_ctl(self, shop, *args, **more):
        return subprocess.Popen([BIN / "sagactl", *args], env=shop.environment(SAGAD_STORE=shop.url),
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    def test_a_reader_that_leaves_early_is_no_crash(self):
        shop = self.open_shop()
        shop.stock_up(units=5000)
        shop.submit(*(order(f"o-{i}") for i in range(2_000)))
        with self.start_ctl(shop, "-o", "json", "order", "list") as listing:
            listing.stdout.readline()
            listing.stdout.close()
            self.assertEqual(listing.wait(), 0)
            self.assertEqual(listing.stderr.read(), b"")

    def test_output_that_cannot_be_written_is_a_failure(self):
        shop = self.open_shop()
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([BIN / "sagactl", "status"], stdout=full, stderr=subprocess.PIPE, check=False,
                                  env=shop.environment(SAGAD_STORE=shop.url))
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"could not be written", done.stderr)

    def test_ctrl_c_is_130(self):
        shop = self.open_shop()
        shop.stock_up()
        shop.kill()
        shop.submit(order("o-1"))
        for args, first in [(["order", "watch", "o-1"], b"order.accepted"),
                            (["order", "history", "o-1", "--follow"], b"order.accepted")]:
            with self.subTest(args), self.start_ctl(shop, *args) as process:
                self.assertIn(first, process.stdout.readline())
                process.send_signal(signal.SIGINT)
                self.assertEqual(process.wait(), 130)

    def test_a_submitter_may_wait_for_each_answer_before_it_goes_on(self):
        shop = self.open_shop()
        shop.stock_up()
        with self.start_ctl(shop, "order", "submit", "-", stdin=subprocess.PIPE) as process:
            for i in range(3):
                process.stdin.write(json.dumps(order(f"o-{i}")).encode() + b"\n")
                process.stdin.flush()
                self.assertEqual(json.loads(process.stdout.readline())["order_id"], f"o-{i}")
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(), 130)

    def test_watching_and_following_tell_each_change_until_the_end(self):
        shop = self.open_shop(config=quick_config(attempts=9))
        shop.stock_up()
        shop.submit(order("o-1", faults=[fault("schedule-delivery", "lose-reply", times=2)]))
        with self.start_ctl(shop, "order", "watch", "o-1") as watching, \
             self.start_ctl(shop, "-o", "jsonl", "order", "history", "o-1", "--follow") as following:
            watched, followed = watching.stdout.read().decode(), following.stdout.read().decode()
        told = [json.loads(line)["type"] for line in followed.splitlines()]
        self.assertEqual(told, shop.facts("o-1"))
        self.assertEqual([line.split()[1] for line in watched.splitlines()], told)


if __name__ == "__main__":
    unittest.main()
