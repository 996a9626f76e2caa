"""Every way to fail on every step and every undo: what the customer and the operator find in the end."""
import unittest

from shop import ShopTest, fault, order, patient_config, quick_config

# Far past every deadline of these tests, so that what arrives late arrives after the end.
LATE_MS = 3_000

SILENT = ["stall", "lose-reply", "late-reply"]
TRANSIENT = ["kill", "kill-after"] + SILENT
COMPENSABLE = ["charge-payment", "reserve-inventory", "schedule-delivery"]
UNDO_OF = {"charge-payment": "refund-payment", "reserve-inventory": "release-inventory",
           "schedule-delivery": "cancel-delivery"}

COMPLETED = ("completed", "SUCCESS")
UNKNOWN = ("rolled_back", "UNKNOWN")
TIMEOUT = ("rolled_back", "TIMEOUT")
REFUSED = ("rolled_back", "DELIVERY_FAILED")
HELD_FORWARD = ("held", None)  # past the pivot, or with the pivot in doubt: not decided
HELD_BACK = ("held", "DELIVERY_FAILED")


def failing(step, kind, **more):
    if kind == "refuse":
        more["code"] = "DELIVERY_FAILED"
    if kind in ("stall", "late-reply"):
        more["ms"] = LATE_MS
    return fault(step, kind, **more)


def always_on_a_step():
    """Faults that hit each attempt. The effect of a pivot that happened stands, whoever heard of it."""
    for step in COMPENSABLE + ["confirm-order"]:
        pivot = step == "confirm-order"
        yield [failing(step, "kill")], UNKNOWN
        yield [failing(step, "kill-after")], COMPLETED if pivot else UNKNOWN
        yield [failing(step, "stall")], TIMEOUT
        yield [failing(step, "refuse")], REFUSED
        yield [failing(step, "lose-reply")], COMPLETED if pivot else TIMEOUT
        yield [failing(step, "late-reply")], COMPLETED if pivot else TIMEOUT
        yield [failing(step, "duplicate-reply")], COMPLETED
    for kind in TRANSIENT + ["refuse"]:
        yield [failing("notify-customer", kind)], HELD_FORWARD
    yield [failing("notify-customer", "duplicate-reply")], COMPLETED


def once_on_a_step():
    """Faults that hit the first attempt only: the second one gets through."""
    for step in COMPENSABLE + ["confirm-order", "notify-customer"]:
        for kind in TRANSIENT:
            yield [failing(step, kind, times=1)], COMPLETED


def on_an_undo():
    """The order is refused at its last step, and then an undo fails too."""
    refused = failing("confirm-order", "refuse")
    for undo in UNDO_OF.values():
        for kind in TRANSIENT + ["refuse"]:
            yield [refused, failing(undo, kind)], HELD_BACK
            yield [refused, failing(undo, kind, times=2)], REFUSED
        yield [refused, failing(undo, "duplicate-reply")], REFUSED


def on_the_withdrawal():
    """Nobody knows whether the order was confirmed, and the way back fails too."""
    in_doubt = failing("confirm-order", "kill")
    for kind in TRANSIENT + ["refuse"]:
        yield [in_doubt, failing("withdraw-confirmation", kind)], HELD_FORWARD
        yield [in_doubt, failing("withdraw-confirmation", kind, times=2)], UNKNOWN
    yield [in_doubt, failing("withdraw-confirmation", "duplicate-reply")], UNKNOWN


def told(faults):
    return ", ".join(f"{f['step']} {f['kind']}" + (f" x{f['times']}" if "times" in f else "") for f in faults)


class Faults(ShopTest):
    def assert_table(self, table):
        """What is never answered needs short timeouts, and the rest is told apart from it by long ones."""
        table = list(table)
        silent = [row for row in table if any(f["kind"] in SILENT for f in row[0])]
        self.assert_rows([row for row in table if row not in silent], patient_config())
        self.assert_rows(silent, quick_config())

    def assert_rows(self, table, config):
        """Runs all rows at once, each order with a customer of its own."""
        rows = [(f"o-{i}", f"buyer-{i}", faults, expected) for i, (faults, expected) in enumerate(table)]
        shop = self.open_shop(config=config)
        shop.stock_up(price=100, units=10_000)
        shop.submit(*(order(i, customer=customer, faults=faults) for i, customer, faults, _ in rows))
        known = shop.when_over(*(i for i, _, _, _ in rows))
        for order_id, customer, faults, expected in rows:
            with self.subTest(told(faults)):
                self.assertEqual((known[order_id]["state"], known[order_id]["outcome"]), expected,
                                 shop.facts(order_id))
                if expected[0] != "held":
                    self.assertEqual(shop.balance(customer), 400 if expected == COMPLETED else 500)
        if not any(expected[0] == "held" for _, expected in table):
            completed = sum(expected == COMPLETED for _, expected in table)
            self.assert_fields(shop.level(), {"available": 10_000 - completed, "reserved": completed})

    def test_a_step_that_always_fails(self):
        self.assert_table(always_on_a_step())

    def test_a_step_that_fails_once_is_asked_again(self):
        self.assert_table(once_on_a_step())

    def test_an_undo_that_fails_is_paid_once_or_waits_for_a_person(self):
        self.assert_table(on_an_undo())

    def test_a_withdrawal_that_fails(self):
        self.assert_table(on_the_withdrawal())

    def test_dying_wins_over_everything_else(self):
        for kind in SILENT + ["kill-after", "refuse", "duplicate-reply"]:
            both = [failing("charge-payment", kind), failing("charge-payment", "kill")]
            self.assert_rows([(both, UNKNOWN)], patient_config())

    def open_shop_with_slow_delivery(self):
        """Payment is given up after 200 ms, while a delivery may take its time: see `let_pass`."""
        shop = self.open_shop(config=quick_config(schedule_delivery={"reply_timeout": "30s"}))
        shop.stock_up(price=100)
        return shop

    def let_pass(self, shop, ms):
        """Waits until an order whose delivery answers after `ms` has ended: whatever was late has arrived by then."""
        slow = [fault("schedule-delivery", "late-reply", ms=ms)]
        shop.submit(order("measure", customer="somebody-else", faults=slow))
        self.assertEqual(shop.when_over("measure")["measure"]["outcome"], "SUCCESS")

    def test_a_success_reply_after_the_timeout_changes_nothing_and_is_paid_back_once(self):
        shop = self.open_shop_with_slow_delivery()
        shop.submit(order("o-1", faults=[fault("charge-payment", "late-reply", ms=1_000)]))
        self.assert_fields(shop.when_over("o-1")["o-1"], {"state": "rolled_back", "outcome": "TIMEOUT"})
        self.assertEqual(shop.facts("o-1").count("order.step.refund-payment.succeeded"), 1)
        before = shop.show("o-1")
        self.let_pass(shop, ms=1_500)
        self.assertEqual(shop.show("o-1"), before)
        self.assertEqual(shop.balance(), 500)

    def test_a_charge_that_arrives_after_its_refund_takes_nothing(self):
        shop = self.open_shop_with_slow_delivery()
        shop.submit(order("o-1", faults=[fault("charge-payment", "stall", ms=1_500)]))
        self.assert_fields(shop.when_over("o-1")["o-1"], {"state": "rolled_back", "outcome": "TIMEOUT"})
        self.let_pass(shop, ms=2_000)
        self.assertEqual(shop.balance(), 500)

    def test_a_refund_that_fails_n_times_is_paid_exactly_once(self):
        shop = self.open_shop(config=quick_config(undo_attempts=12))
        shop.stock_up(price=100)
        rows = [(f"o-{kind}-{times}", kind, times) for kind in TRANSIENT + ["refuse"] for times in range(1, 7)
                if kind in ("kill", "kill-after", "refuse") or times <= 2]
        refused = failing("confirm-order", "refuse")
        shop.submit(*(order(i, customer=f"buyer-{i}", faults=[refused, failing("refund-payment", kind, times=times)])
                      for i, kind, times in rows))
        known = shop.when_over(*(i for i, _, _ in rows))
        for order_id, _, times in rows:
            with self.subTest(order_id):
                self.assertEqual((known[order_id]["state"], known[order_id]["outcome"]), REFUSED)
                self.assertEqual(shop.balance(f"buyer-{order_id}"), 500)
                refunds = [f for f in shop.facts(order_id) if f.startswith("order.step.refund-payment.")]
                self.assertEqual(refunds.count("order.step.refund-payment.succeeded"), 1)
                self.assertGreaterEqual(len(refunds), times + 1)


class FaultsOnAcceptance(ShopTest):
    def submit_with(self, kind, **more):
        shop = self.open_shop(config=quick_config())
        shop.stock_up(price=100)
        submission = order("o-1", faults=[fault("accept", kind, **more)])
        return shop, submission, shop.submit(submission)[0]

    def test_what_dies_or_is_refused_before_it_is_accepted_leaves_nothing(self):
        for kind, more, code in [("kill", {}, "HANDLER_DIED"), ("refuse", {"code": "SHOP_CLOSED"}, "SHOP_CLOSED")]:
            with self.subTest(kind):
                shop, _, answer = self.submit_with(kind, **more)
                self.assert_fields(answer, {"accepted": False, "duplicate": False})
                self.assertEqual(answer["error"]["code"], code)
                self.assertEqual(shop.orders(), {})
                self.assertEqual(shop.submit(order("o-1"))[0]["accepted"], True)

    def test_a_lost_answer_is_neither_yes_nor_no_and_the_order_is_durable(self):
        for kind in ["kill-after", "lose-reply"]:
            with self.subTest(kind):
                shop, submission, answer = self.submit_with(kind)
                self.assertIsNone(answer["accepted"])
                self.assertEqual(answer["error"]["code"], "NO_ANSWER")
                self.assertEqual(shop.when_over("o-1")["o-1"]["outcome"], "SUCCESS")
                self.assert_fields(shop.submit(submission)[0], {"accepted": True, "duplicate": True})
                self.assertEqual(shop.balance(), 400)

    def test_an_acceptance_that_nobody_answers_leaves_nothing(self):
        shop, _, answer = self.submit_with("stall")
        self.assertIsNone(answer["accepted"])
        self.assertEqual(answer["error"]["code"], "NO_ANSWER")
        self.assertEqual(shop.orders(), {})

    def test_an_answer_that_is_late_or_comes_twice_is_an_answer(self):
        for kind in ["duplicate-reply", "late-reply"]:
            with self.subTest(kind):
                shop, _, answer = self.submit_with(kind)
                self.assert_fields(answer, {"accepted": True, "duplicate": False, "error": None})
                self.assertEqual(shop.when_over("o-1")["o-1"]["outcome"], "SUCCESS")


if __name__ == "__main__":
    unittest.main()
