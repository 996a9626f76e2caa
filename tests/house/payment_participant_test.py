"""tools/examples/payment_participant.py, without a broker: the answers that deploy/protocol/conversations/ expects."""
import importlib.util
import json
import os
import sys
import types
import unittest
from pathlib import Path

ROOT = Path(os.environ.get("SAGAD_ROOT", Path(__file__).resolve().parents[2]))
SAID = ("outcome", "code", "detail")


def load_participant():
    """The example as a module. Deciding needs no broker's client, so its absence is no reason not to test."""
    if importlib.util.find_spec("pika") is None:
        sys.modules["pika"] = types.ModuleType("pika")
    spec = importlib.util.spec_from_file_location("payment_participant",
                                                  ROOT / "tools" / "examples" / "payment_participant.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


participant = load_participant()


def command(step, asked):
    return {"saga_id": asked["order"], "order_id": asked["order"], "step": step, "action": asked["ask"],
            "idempotency_key": f"{asked['order']}/{step}", "attempt": 1, "deadline": "2026-11-20T05:48:03.000Z",
            "payload": {"customer_id": asked["customer"], "amount": asked["amount"]}}


def balance(payment, customer):
    row = payment.db.execute("SELECT balance FROM wallets WHERE customer = ?", [customer]).fetchone()
    return row[0] if row else payment.initial_credit


class PaymentParticipantTest(unittest.TestCase):
    def setUp(self):
        self.payment = participant.Payment(":memory:", 500)
        self.addCleanup(self.payment.db.close)

    def said(self, payload, action="do"):
        answer = self.payment.answer({"action": action, "idempotency_key": "o-1/charge-payment", "payload": payload})
        return answer["outcome"], answer["code"]

    def test_it_answers_as_the_protocol_expects(self):
        script = json.loads((ROOT / "deploy/protocol/conversations/payment.json").read_text())
        for name, conversation in script["conversations"].items():
            payment = participant.Payment(":memory:", script["initial_credit"])
            for number, asked in enumerate(conversation):
                with self.subTest(name, question=number):
                    answer = payment.answer(command(script["step"], asked))
                    self.assertEqual([answer[field] for field in SAID],
                                     [asked["answer"], asked.get("code", ""), asked.get("detail", "")])
                    if "balance" in asked:
                        self.assertEqual(balance(payment, asked["customer"]), asked["balance"])
            payment.db.close()

    def test_a_payload_that_it_cannot_read_is_refused_and_not_remembered(self):
        for payload in (None, [], {}, {"customer_id": "alice"}, {"customer_id": 5, "amount": 5},
                        {"customer_id": "alice", "amount": -1}, {"customer_id": "alice", "amount": 1.5},
                        {"customer_id": "alice", "amount": True}, {"customer_id": "alice", "amount": 10**30}):
            with self.subTest(payload=payload):
                self.assertEqual(self.said(payload), ("refused", "BAD_PAYLOAD"))
        self.assertEqual(self.said({"customer_id": "alice", "amount": 500}), ("succeeded", ""))

    def test_a_failure_halfway_leaves_nothing(self):
        self.payment.db.execute("CREATE TRIGGER stop BEFORE UPDATE ON wallets BEGIN SELECT RAISE(ABORT, 'stop'); END")
        with self.assertRaises(participant.sqlite3.Error):
            self.said({"customer_id": "alice", "amount": 5})
        self.payment.db.execute("DROP TRIGGER stop")
        self.assertEqual(self.said({"customer_id": "alice", "amount": 5}, "probe"), ("not-found", ""))
        self.assertEqual(balance(self.payment, "alice"), 500)

    def test_what_is_no_command_is_told_from_one(self):
        good = command("charge-payment", {"order": "o-1", "ask": "do", "customer": "alice", "amount": 5})
        self.assertEqual(participant.question_in(good)["action"], "do")
        for bad in ([], 5, None, {}, {**good, "action": "redo"}, {**good, "action": ["do"]},
                    {**good, "idempotency_key": "o-1/refund-payment"}, {**good, "idempotency_key": None}):
            with self.subTest(bad=bad), self.assertRaises((ValueError, KeyError, TypeError)):
                participant.question_in(bad)

    def test_it_is_short_enough_to_be_read(self):
        lines = (ROOT / "tools/examples/payment_participant.py").read_text().splitlines()
        self.assertLess(len(lines), 100)


if __name__ == "__main__":
    unittest.main()
