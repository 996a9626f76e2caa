"""The operator at 3 a.m.: what is stuck, why, and repairs that cannot make it worse, with the real programs."""
import json
import os
import pty
import signal
import sqlite3
import subprocess
import unittest
from contextlib import closing

from private_process import die_with_parent
from shop import BIN, ShopTest, fault, order, patient_config, quick_config, wait_until

REFUNDS_REFUSED_TWICE = [fault("schedule-delivery", "refuse", code="NO_COURIER"),
                         fault("refund-payment", "refuse", code="BANK_CLOSED", times=2)]


class OperatorTest(ShopTest):
    def open_stuck_shop(self, count=6, faults=None):
        """Each order is held: its refund was refused as often as the engine tries. The next try succeeds."""
        shop = self.open_shop(config=patient_config(attempts=2, undo_attempts=2))
        shop.stock_up()
        ids = [f"o-{i}" for i in range(count)]
        shop.submit(*(order(i, customer=f"c-{i}", faults=faults or REFUNDS_REFUSED_TWICE) for i in ids))
        known = shop.when_over(*ids)
        self.assertEqual({known[i]["state"] for i in ids}, {"held"})
        return shop

    def assert_all_given_back(self, shop, count=6):
        self.assertEqual({o["state"] for o in shop.orders().values()}, {"rolled_back"})
        self.assertEqual({w["balance"] for w in shop.do("wallet", "list")}, {500})
        self.assertEqual(len(shop.orders()), count)

    def ask(self, shop, *words):
        """Runs a verb that asks; what it prints as JSON, its exit code aside."""
        return shop.ctl("-o", "json", *words).json()


class Stuck(OperatorTest):
    def test_an_empty_shop_has_nothing_stuck_and_nothing_to_repair(self):
        shop = self.open_shop()
        for words in (["order", "stuck"], ["operation", "list"], ["deadletter", "list"], ["operator", "log"]):
            with self.subTest(words):
                self.assertEqual(shop.do(*words), [])
                self.assertEqual(shop.ctl("-o", "jsonl", *words).out, "")
        self.assertEqual({p["waiting"] for p in shop.do("participant", "list")}, {0})
        self.assertEqual(shop.ctl("order", "why", "o-1").code, 4)
        self.assertEqual(shop.ctl("operation", "show", "op-1").code, 4)
        self.assertEqual(shop.ctl("deadletter", "show", "1").code, 4)
        self.assertEqual(shop.ctl("order", "resume", "o-1", "--reason", "x", "--yes").code, 4)

    def test_what_is_stuck_for_one_cause_is_one_group_and_why_says_the_same(self):
        shop = self.open_stuck_shop()
        stuck = shop.ctl("-o", "json", "order", "stuck")
        self.assertEqual(stuck.code, 5)
        [group] = stuck.json()
        self.assert_fields(group, {"step": "refund-payment", "participant": "payment", "code": "BANK_CLOSED",
                                   "count": 6, "held": 6, "at_stake": 6, "note": None})
        why = shop.do("order", "why", "o-3")
        self.assert_fields(why, {"state": "held", "group": group["group"], "others": 5,
                                 "command": f"sagactl order resume --group {group['group']} --canary 1 "
                                            "--abort-if 'failed>5%' --reason WHY"})
        self.assertIn("BANK_CLOSED", " ".join(s["text"] for s in why["sentences"]))
        status = shop.ctl("-o", "json", "status")
        self.assertEqual(status.code, 5)
        self.assert_fields(status.json()["stuck"], {"orders": 6, "at_stake": 6, "groups": 1})
        self.assertEqual(status.json()["stuck"]["top"]["group"], group["group"])
        self.assertIn("6 orders are stuck, 6 at stake", shop.ctl("status").out)

    def test_a_note_stays_on_its_group(self):
        shop = self.open_stuck_shop(count=1)
        group = shop.ctl("-o", "ids", "order", "stuck").out.strip()
        self.assertEqual(shop.ctl("order", "note", group[:5], "ticket 4711", "--who", "nora").code, 0)
        [shown] = shop.ctl("-o", "json", "order", "stuck").json()
        self.assert_fields(shown["note"], {"text": "ticket 4711", "who": "nora"})
        self.assertIn("ticket 4711", shop.ctl("order", "stuck").out)
        self.assertEqual(shop.ctl("order", "note", group, "--clear").code, 0)
        self.assertIsNone(shop.ctl("-o", "json", "order", "stuck").json()[0]["note"])
        self.assertEqual([e["verb"] for e in shop.do("operator", "log")], ["note", "note"])

    def test_the_beginning_of_an_id_is_enough_when_it_is_clear(self):
        shop = self.open_stuck_shop(count=2)
        for verb in ("show", "history", "why"):
            with self.subTest(verb):
                self.assertEqual(shop.ctl("order", verb, "o-1").code, 0)
                ambiguous = shop.ctl("order", verb, "o-")
                self.assertEqual(ambiguous.code, 2)
                self.assertIn("o-0, o-1", ambiguous.err)
        self.assertEqual(shop.ctl("order", "show", "x").code, 4)


class Repairs(OperatorTest):
    def test_a_canary_goes_first_and_then_the_rest(self):
        shop = self.open_stuck_shop()
        [group] = shop.ctl("-o", "json", "order", "stuck").json()
        plan = shop.do("order", "resume", "--group", group["group"], "--dry-run")
        self.assert_fields(plan, {"allowed": 6, "refused": 0, "by_state": {"held": 6}})
        self.assertEqual(plan["money"]["refunded"], 6)
        self.assertEqual(shop.do("operation", "list"), [])
        done = shop.do("order", "resume", "--group", group["group"], "--reason", "the bank is back", "--canary", "1",
                       "--abort-if", "failed>5%", "--yes", "--who", "nora")
        self.assert_fields(done, {"state": "over", "total": 6, "well": 6, "failed": 0, "who": "nora",
                                  "canary": 1, "abort_if": "failed>5%"})
        self.assertEqual({o["result"] for o in done["orders"]}, {"well"})
        self.assert_all_given_back(shop)
        self.assertEqual(shop.ctl("order", "stuck").code, 0)
        self.assertEqual([(e["verb"], e["who"]) for e in shop.do("operator", "log")], [("order resume", "nora")])
        resumed = [f for f in shop.do("order", "history", "o-3") if f["type"] == "order.resumed"]
        self.assertEqual([f["detail"] for f in resumed], ["nora: the bank is back"])

    def test_a_canary_that_fails_leaves_the_others_alone(self):
        shop = self.open_stuck_shop(faults=[REFUNDS_REFUSED_TWICE[0],
                                            fault("refund-payment", "refuse", code="BANK_CLOSED", times=4)])
        tried = shop.ctl("-o", "json", "order", "resume", "--query", "state=held", "--reason", "try", "--canary", "1",
                         "--yes")
        self.assertEqual(tried.code, 1)
        self.assert_fields(tried.json(), {"state": "stopped", "badly": 1, "planned": 5,
                                          "stopped_by": "sagactl: canary"})
        self.assertEqual([o["result"] for o in tried.json()["orders"]].count("planned"), 5)
        self.assertEqual(sum(shop.facts(f"o-{i}").count("order.resumed") for i in range(6)), 1)

    def test_what_is_refused_is_said_before_and_what_moved_on_after(self):
        shop = self.open_stuck_shop(count=2)
        shop.submit(order("fine"))
        shop.when_over("fine")
        planned = shop.ctl("-o", "json", "order", "resume", "o-0", "fine", "--dry-run")
        self.assertEqual(planned.code, 1)
        self.assert_fields(planned.json(), {"allowed": 1, "refused": 1,
                                            "by_refusal": {"the order is completed": 1}})
        # Somebody else repairs o-0 while nobody applies ours.
        shop.kill()
        for reason in ("first", "second"):
            self.assertEqual(shop.ctl("order", "resume", "o-0", "--reason", reason, "--yes").code, 5)
        shop.start()
        self.assertEqual(shop.ctl("operation", "watch", "op-1").code, 0)
        watched = shop.ctl("-o", "json", "operation", "watch", "op-2")
        self.assertEqual(watched.code, 1)
        self.assertEqual(watched.json()["orders"][0]["result"], "moved-on")
        self.assertEqual(shop.facts("o-0").count("order.resumed"), 1)

    def test_what_was_promised_while_no_node_ran_happens_when_one_does(self):
        shop = self.open_stuck_shop()
        self.assertEqual(shop.stop(), 0)
        promised = shop.ctl("order", "resume", "-", "--reason", "later", "--yes", stdin="o-0\no-1\no-2\n")
        self.assertEqual(promised.code, 5)
        self.assertIn("No node runs. The promise is kept", promised.err)
        shop.start()
        self.assertEqual(shop.ctl("operation", "watch", "op-1").code, 0)
        states = [shop.show(f"o-{i}")["state"] for i in range(6)]
        self.assertEqual(states, ["rolled_back"] * 3 + ["held"] * 3)

    def test_another_terminal_stops_an_operation_and_goes_on_with_it(self):
        shop = self.open_stuck_shop(count=8)
        with subprocess.Popen([BIN / "sagactl", "order", "resume", "--query", "state=held", "--reason", "slowly",
                               "--rate", "1", "--yes"], env=shop.environment(SAGAD_STORE=shop.url),
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              preexec_fn=die_with_parent) as pacing:
            wait_until(lambda: [o for o in shop.do("operation", "list") if o["well"] > 0], "the first one to end well")
            stopped = shop.do("operation", "stop", "op-1", "--reason", "wait", "--who", "nora")
            self.assert_fields(stopped, {"state": "stopped", "stopped_by": "nora", "stopped_because": "wait"})
            self.assertEqual(pacing.wait(), 1)
            self.assertIn(b"stopped by nora: wait", pacing.stderr.read())
        self.assertGreater(self.ask(shop, "operation", "show", "op-1")["planned"], 0)
        with subprocess.Popen([BIN / "sagactl", "-o", "json", "operation", "resume", "op-1"],
                              env=shop.environment(SAGAD_STORE=shop.url), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, preexec_fn=die_with_parent) as resuming:
            self.assert_fields(json.loads(resuming.stdout.read()), {"state": "over", "well": 8, "failed": 0})
        self.assert_all_given_back(shop, count=8)

    def test_ctrl_c_leaves_with_130_and_what_was_promised_still_happens(self):
        shop = self.open_stuck_shop(count=8)
        with subprocess.Popen([BIN / "sagactl", "order", "resume", "--query", "state=held", "--reason", "slowly",
                               "--rate", "1", "--yes"], env=shop.environment(SAGAD_STORE=shop.url),
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                              preexec_fn=die_with_parent) as pacing:
            wait_until(lambda: [o for o in shop.do("operation", "list") if o["released"] + o["applied"] > 0],
                       "the first one to be released")
            pacing.send_signal(signal.SIGINT)
            self.assertEqual(pacing.wait(), 130)
            self.assertIn(b"sagactl operation resume op-1", pacing.stderr.read())
        promised = self.ask(shop, "operation", "show", "op-1")
        wait_until(lambda: self.ask(shop, "operation", "show", "op-1")["well"] == 8 - promised["planned"],
                   "what was promised to happen")

    def test_a_skip_takes_the_operators_word(self):
        shop = self.open_stuck_shop(count=1)
        skipped = shop.do("order", "skip", "o-0", "--reason", "paid out in cash", "--yes", "--who", "nora")
        self.assertEqual(skipped["well"], 1)
        self.assertEqual(shop.show("o-0")["state"], "rolled_back")
        self.assertIn("order.step.refund-payment.skipped", shop.facts("o-0"))
        self.assertIn("settled by hand", json.dumps(shop.do("order", "why", "o-0")["sentences"]))
        refused = shop.ctl("order", "cancel", "o-0", "--reason", "too late", "--yes")
        self.assertEqual(refused.code, 1)
        self.assertIn("the order is rolled_back", refused.err)

    def test_hold_cancel_compensate_and_retry_do_what_they_say(self):
        kinds = {"hold": "held", "cancel": "rolled_back", "compensate": "rolled_back", "retry": "completed"}
        an_hour = {"attempts": 3, "backoff_initial": "1h", "backoff_max": "1h"}
        shop = self.open_shop(config=quick_config(reply_timeout_ms=60_000, reserve_inventory=an_hour))
        shop.stock_up()
        shop.submit(*(order(verb, faults=[fault("reserve-inventory", "kill", times=1)]) for verb in kinds))
        wait_until(lambda: all(o["last_error"] for o in shop.orders().values()), "all orders to pause")
        for verb, state in kinds.items():
            with self.subTest(verb):
                done = shop.do("order", verb, verb, "--reason", "so it shall be", "--yes")
                self.assert_fields(done, {"action": verb, "well": 1, "failed": 0})
                self.assertEqual(shop.show(verb)["state"], state)
        shop.do("order", "resume", "hold", "--reason", "seen", "--yes", "--no-wait")
        wait_until(lambda: shop.show("hold")["state"] == "completed", "the order that was held to go on to its end")

    def test_nothing_happens_before_somebody_agreed(self):
        shop = self.open_stuck_shop(count=1)
        for words, told in [(["o-0"], "--reason"), (["o-0", "--reason", "x"], "--yes"), ([], "--query"),
                            (["o-0", "--reason", "x", "--yes", "--abort-if", "many"], "failed>5%"),
                            (["--query", "stat=held", "--reason", "x", "--yes"], "state")]:
            with self.subTest(words):
                result = shop.ctl("order", "resume", *words)
                self.assertEqual(result.code, 2)
                self.assertIn(told, result.err)
        self.assertEqual(shop.do("operation", "list"), [])

    def on_a_terminal(self, shop, typed, *words):
        """Runs sagactl with a terminal for its input and its messages; returns its exit code."""
        outer, inner = pty.openpty()
        self.addCleanup(os.close, outer)
        with subprocess.Popen([BIN / "sagactl", *words], stdin=inner, stdout=subprocess.DEVNULL, stderr=inner,
                              env=shop.environment(SAGAD_STORE=shop.url, TERM="xterm"),
                              preexec_fn=die_with_parent) as asked:
            os.close(inner)
            os.write(outer, typed.encode())
            return asked.wait()

    def test_on_a_terminal_it_asks_why_and_whether(self):
        shop = self.open_stuck_shop(count=1)
        self.assertEqual(self.on_a_terminal(shop, "the bank is back\nn\n", "order", "resume", "o-0"), 1)
        self.assertEqual(shop.do("operation", "list"), [])
        self.assertEqual(self.on_a_terminal(shop, "the bank is back\ny\n", "order", "resume", "o-0"), 0)
        self.assertEqual(shop.do("operation", "list")[0]["why"], "the bank is back")
        self.assert_all_given_back(shop, count=1)


class Participants(OperatorTest):
    def test_orders_of_a_participant_on_hold_wait_and_lose_no_attempt(self):
        shop = self.open_shop(config=patient_config())
        shop.stock_up()
        shop.do("participant", "list")
        held = shop.ctl("participant", "hold", "inventory", "--reason", "stocktaking", "--who", "nora")
        self.assertEqual(held.code, 0)

        def one_that_waits():
            """The node goes by the rule from its next sign of life on; an order that came before that gets through."""
            shop.submit(order(f"w-{len(shop.orders())}"))
            return [o["order_id"] for o in shop.do("order", "list", "--query", "code=PARTICIPANT_HELD")]
        waiting = wait_until(one_that_waits, "an order to wait for inventory")[0]
        why = self.ask(shop, "order", "why", waiting)
        self.assertIn("an operator stopped all commands to inventory", json.dumps(why))
        status = shop.ctl("-o", "json", "status")
        self.assertEqual(status.code, 5)
        self.assertIn("inventory: held by nora", " ".join(status.json()["problems"]))
        listed = {p["name"]: p for p in shop.do("participant", "list")}
        self.assertGreater(listed["inventory"]["waiting"], 0)
        self.assert_fields(listed["inventory"]["rule"], {"forced": "forced-open", "who": "nora", "why": "stocktaking"})
        self.assertEqual(shop.ctl("participant", "release", "inventory", "--reason", "done").code, 0)
        self.assertEqual(shop.when_over(waiting)[waiting]["state"], "completed")
        self.assertEqual(shop.show(waiting)["steps"][1]["attempts"], 1)
        self.assertEqual([e["verb"] for e in shop.do("operator", "log")], ["participant release", "participant hold"])

    def test_who_is_no_participant_is_not_held(self):
        shop = self.open_shop()
        result = shop.ctl("participant", "hold", "inventroy", "--reason", "x")
        self.assertEqual(result.code, 2)
        self.assertIn("did you mean inventory?", result.err)
        self.assertEqual(shop.ctl("participant", "release", "inventory", "--reason", "x").code, 4)


class DeadLetters(OperatorTest):
    def bury(self, shop, number, body):
        """As a node with a broker would have."""
        with closing(sqlite3.connect(shop.file)) as db, db:
            db.execute("INSERT INTO dead_letters (id, source, reason, body, at) VALUES (?, 'saga.orders', 'UNKNOWN_SKU', ?, 0)",
                       (number, body))

    def test_a_dead_letter_is_looked_at_discarded_restored_and_submitted_again(self):
        shop = self.open_shop()
        self.bury(shop, 1, json.dumps(order("late")).encode())
        self.bury(shop, 2, b"\xff\x00 no JSON")
        self.assertEqual([k["number"] for k in shop.do("deadletter", "list")], [2, 1])
        self.assertEqual(shop.ctl("-o", "ids", "deadletter", "list").out.split(), ["2", "1"])
        self.assertIn("UNKNOWN_SKU", shop.ctl("deadletter", "list").out)
        self.assertEqual(shop.do("deadletter", "show", "1")["reason"], "UNKNOWN_SKU")

        self.assertEqual(shop.ctl("deadletter", "discard", "2", "--reason", "noise").code, 0)
        self.assertEqual([k["number"] for k in shop.do("deadletter", "list")], [1])
        self.assertEqual(len(shop.do("deadletter", "list", "--discarded")), 2)
        self.assertEqual(shop.ctl("deadletter", "restore", "2", "--reason", "let me see").code, 0)
        self.assertEqual(shop.ctl("deadletter", "requeue", "2", "--reason", "try").code, 1)  # what it was it is

        self.assertEqual(shop.ctl("deadletter", "requeue", "1", "--reason", "try").code, 1)  # nobody sells it yet
        shop.stock_up()
        self.assertEqual(shop.ctl("deadletter", "requeue", "1", "--reason", "it is sold now").code, 0)
        self.assertEqual(shop.when_over("late")["late"]["state"], "completed")
        self.assertEqual([k["number"] for k in shop.do("deadletter", "list")], [2])
        verbs = [e["verb"] for e in reversed(shop.do("operator", "log"))]
        self.assertEqual(verbs[:2] + verbs[-1:], ["deadletter discard", "deadletter restore", "deadletter requeue"])
        self.assertEqual(shop.ctl("deadletter", "show", "9").code, 4)


class Comfort(OperatorTest):
    def complete(self, *words):
        """What bash offers for the last of these words."""
        script = subprocess.run([BIN / "sagactl", "completion", "bash"], capture_output=True, check=True).stdout
        subprocess.run(["bash", "-n"], input=script, check=True)
        line = " ".join(f"'{w}'" for w in words)
        probe = f"\nCOMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _sagactl; echo ${{COMPREPLY[@]}}"
        said = subprocess.run(["bash", "-c", script.decode() + probe], capture_output=True, check=True)
        return said.stdout.decode().split()

    def test_bash_completes_groups_verbs_options_and_formats(self):
        self.assertIn("deadletter", self.complete("sagactl", "de"))
        self.assertEqual(self.complete("sagactl", "order", "stu"), ["stuck"])
        self.assertEqual(self.complete("sagactl", "-o", "json", "order", "resume", "o-1", "--ab"), ["--abort-if"])
        self.assertEqual(self.complete("sagactl", "-o", "jsonl"), ["jsonl"])
        self.assertIn("--watch", self.complete("sagactl", "status", "--"))

    def test_status_answers_while_every_node_is_down(self):
        shop = self.open_shop()
        shop.stock_up()
        shop.kill()
        shop.submit(order("o-1"))
        # A node of a cluster is down once it has been silent for a while.
        status = wait_until(lambda: (told := shop.ctl("status")).code == 5 and told, "status to see that it is down")
        self.assertRegex(status.out, r"engine +down")
        why = shop.do("order", "why", "o-1")
        self.assertIn("no node", json.dumps(why["sentences"]))


if __name__ == "__main__":
    unittest.main()
