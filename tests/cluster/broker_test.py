"""The shop through RabbitMQ: the twelve cases of every checkout, with all roles in one process and with each role in a
process of its own; and what a submitter may do wrong."""
import json
import sqlite3
import subprocess
import sys
import unittest
from pathlib import Path

import pika
from jsonschema import Draft202012Validator

from broker_clients import Listener, connect, submit
from checkout_cases import CASES, check_case, config_for, name_of_test
from cluster import ClusterTest, Servers
from private_process import die_with_parent
from sagactl import Operator, wait_until
from shop import fault, order

ROOT = Path(__file__).resolve().parents[2]
ROLES = ["payment", "inventory", "delivery"]


class SharedServers(ClusterTest):
    @classmethod
    def setUpClass(cls):
        cls.servers = Servers()

    @classmethod
    def tearDownClass(cls):
        cls.servers.close()

    def port(self):
        return self.servers.rabbitmq.port


class CheckoutCases(SharedServers):
    """Each case on an empty store."""

    def open_shop(self, case, apart):
        """Returns who knows the orders, who knows the wallets and who knows the shelves."""
        settings = {"config": config_for(case), "credit": case["given"]["initial_credit"]}
        cluster = self.open_cluster()
        if not apart:
            cluster.add_node("everything", **settings).start().wait_ready()
            return cluster, cluster, cluster
        offices = {}
        for role in ROLES:
            url = f"sqlite:{cluster.folder}/{role}.db"
            cluster.migrate(url)
            cluster.add_node(role, roles=role, store=url, **settings).start()
            offices[role] = Operator(url)
        cluster.add_node("orchestrator", roles="orchestrator", **settings).start()
        for node in cluster.nodes:
            node.wait_ready()
        return cluster, offices["payment"], offices["inventory"]

    def run_case(self, case, apart):
        orders, wallets, shelves = self.open_shop(case, apart)
        check_case(self, case, lambda order: submit(self.port(), order)[0], orders, wallets, shelves)
        for office in {wallets, shelves}:
            self.assertEqual(office.do("audit")["findings"], [])


def add_test(case, apart):
    def test(self):
        self.run_case(case, apart)
    test.__doc__ = f"{case['id']}, {'each role apart' if apart else 'all in one process'}: {case['title']}"
    setattr(CheckoutCases, name_of_test(case, "_apart" if apart else "_together"), test)


for one in CASES:
    for way in (False, True):
        add_test(one, way)


class ThroughTheBroker(SharedServers):
    def open_shop(self, **options):
        cluster = self.open_cluster()
        cluster.stock_up()
        cluster.add_node("node", **options).start().wait_ready()
        return cluster

    def test_the_same_order_ten_times_is_one_order(self):
        cluster = self.open_shop()
        answers = submit(self.port(), *[order("same")] * 10)
        self.assertEqual([a["accepted"] for a in answers], [True] * 10)
        self.assertEqual(sorted(a["duplicate"] for a in answers), [False] + [True] * 9)
        cluster.when_over("same")
        self.assertEqual(cluster.balance(), 499)
        reused, = submit(self.port(), order("same", quantity=2))
        self.assertEqual(reused["error"]["code"], "ORDER_ID_REUSED")

    def test_what_cannot_be_an_order_is_answered_with_the_field_and_kept_with_its_bytes(self):
        cluster = self.open_shop()
        hostile = [b"\xff\xfe nonsense", "{", json.dumps({**order("o-1"), "colour": "red"}), order("o-2", quantity=-1),
                   order("o-3", sku="unheard-of")]
        answers = submit(self.port(), *hostile)
        self.assertEqual([a["accepted"] for a in answers], [False] * 5)
        self.assertEqual([a["error"]["code"] for a in answers][:3],
                         ["MALFORMED_JSON", "MALFORMED_JSON", "UNKNOWN_FIELD"])
        self.assertIn("colour", answers[2]["error"]["message"])
        self.assertIn("quantity", answers[3]["error"]["message"])
        letters = self.dead_letters(4)
        self.assertIn(hostile[0], [body for body, _ in letters])
        self.assertTrue(all(headers["x-saga-reason"] and headers["x-saga-source"] for _, headers in letters))
        good, = submit(self.port(), order("o-4"))
        self.assertTrue(good["accepted"])
        cluster.when_over("o-4")

    def test_what_is_too_large_to_be_kept_is_answered_told_of_and_left_whole_with_the_broker(self):
        self.open_shop()
        huge = json.dumps({**order("o-1"), "colour": "x" * 5_000_000})
        answer, = submit(self.port(), huge)
        self.assertFalse(answer["accepted"])
        self.assertEqual(answer["error"]["code"], "TOO_LARGE")
        letters = self.dead_letters(2)
        (told,) = [headers for _, headers in letters if "x-saga-reason" in headers]
        self.assertIn("TOO_LARGE", told["x-saga-reason"])
        (whole,) = [body for body, headers in letters if "x-death" in headers]
        self.assertEqual(whole, huge.encode())

    def dead_letters(self, count):
        connection = connect(self.port())
        channel = connection.channel()
        letters = []

        def take():
            _, properties, body = channel.basic_get("saga.dead-letters", auto_ack=True)
            if properties:
                letters.append((body, properties.headers))
            return len(letters) >= count
        wait_until(take, f"{count} dead letters")
        connection.close()
        return letters

    def test_an_order_without_an_id_gets_its_message_id_or_a_new_one(self):
        cluster = self.open_shop()
        body = order("unused")
        del body["order_id"]
        answer, = submit(self.port(), body)
        self.assertTrue(answer["accepted"])
        cluster.when_over(answer["order_id"])

    def test_facts_are_heard_in_order_with_nothing_missing(self):
        cluster = self.open_shop()
        listener = Listener(self.port())
        listener.start()
        submit(self.port(), *(order(f"o-{i}", customer=f"b-{i}") for i in range(100)))
        cluster.when_over(*(f"o-{i}" for i in range(100)))
        wait_until(lambda: sum(f[-1]["type"] == "order.completed" for f in list(listener.facts.values())) == 100,
                   "all ends to be heard")
        listener.stop()
        self.assertEqual(listener.faults, [])
        for i in (0, 50, 99):
            self.assertEqual([f["type"] for f in listener.facts[f"o-{i}"]], cluster.facts(f"o-{i}"))

    def test_real_messages_fit_the_schemas_that_are_published(self):
        cluster = self.open_cluster()
        cluster.stock_up()
        cluster.add_node("orchestrator", roles="orchestrator,inventory,delivery").start().wait_ready()
        cluster.add_node("payment", roles="payment").start().wait_ready()
        connection = connect(self.port())
        channel = connection.channel()
        replies, commands = (channel.queue_declare("", exclusive=True).method.queue for _ in range(2))
        channel.queue_bind(commands, "saga.commands", "payment")
        listener = Listener(self.port())
        listener.start()
        answers = submit(self.port(), order("o-1"), order("o-2", quantity=100_000), {"lines": []}, "{")
        cluster.when_over("o-1")
        command, = self.take(channel, commands, 1)
        # Answers go to the orchestrator's own queue: to see some, the payment is asked once more.
        for action in ("probe", "undo", "do"):
            asked = {"saga_id": "o-3", "order_id": "o-3", "step": "charge-payment", "action": action,
                     "idempotency_key": "o-3/charge-payment", "attempt": 1, "deadline": "2126-11-20T05:48:03.000Z",
                     "payload": {"customer_id": "carol", "amount": 5}}
            channel.basic_publish("saga.commands", "payment", json.dumps(asked), pika.BasicProperties(
                reply_to=replies, correlation_id=f"o-3/charge-payment/{action}/1"))
        seen = {"submission-answer": answers, "command": [command],
                "reply": self.take(channel, replies, 3),
                "dead-letter-headers": [headers for _, headers in self.dead_letters(2)]}
        wait_until(lambda: any(f["type"] == "order.completed" for f in list(listener.facts.get("o-1", []))), "the end")
        listener.stop()
        seen["event"] = [fact for facts in listener.facts.values() for fact in facts]
        connection.close()
        for subject, messages in seen.items():
            schema = json.loads((ROOT / f"deploy/protocol/schemas/{subject}.schema.json").read_text())
            for message in messages:
                with self.subTest(subject, message=message):
                    self.assertEqual([p.message for p in Draft202012Validator(schema).iter_errors(message)], [])

    @staticmethod
    def take(channel, queue, count):
        taken = []

        def more():
            method, _, body = channel.basic_get(queue, auto_ack=True)
            if method:
                taken.append(json.loads(body))
            return len(taken) >= count
        wait_until(more, f"{count} messages")
        return taken

    def test_a_participant_that_is_away_delays_orders_and_does_not_fail_them(self):
        cluster = self.open_cluster()
        cluster.stock_up()
        cluster.add_node("orchestrator", roles="orchestrator,inventory,delivery").start().wait_ready()
        answer, = submit(self.port(), order("o-1"))
        self.assertTrue(answer["accepted"])
        wait_until(lambda: "PARTICIPANT_AWAY" in (cluster.show("o-1")["last_error"] or ""), "the order to wait")
        cluster.add_node("payment", roles="payment").start()
        self.assertEqual(cluster.when_over("o-1")["o-1"]["outcome"], "SUCCESS")

    def test_the_participant_in_python_gives_the_answers_of_our_own(self):
        cluster = self.open_cluster()
        cluster.stock_up("cheap", price=100, units=10)
        cluster.stock_up("dear", price=501, units=10)
        cluster.stock_up("rare", price=1, units=0)
        books = cluster.folder / "payment.db"
        example = subprocess.Popen(
            [sys.executable, ROOT / "tools/examples/payment_participant.py",
             f"amqp://guest:guest@127.0.0.1:{self.port()}/%2f", books], preexec_fn=die_with_parent)
        self.addCleanup(example.wait)
        self.addCleanup(example.terminate)
        cluster.add_node("orchestrator", roles="orchestrator,inventory,delivery").start().wait_ready()
        submit(self.port(), order("o-1", sku="cheap"), order("o-2", customer="bob", sku="dear"),
               order("o-3", sku="rare"), order("o-4", sku="cheap", faults=[fault("schedule-delivery", "refuse",
                                                                                 code="DELIVERY_FAILED")]))
        known = cluster.when_over("o-1", "o-2", "o-3", "o-4")
        self.assertEqual([known[f"o-{i}"]["outcome"] for i in (1, 2, 3, 4)],
                         ["SUCCESS", "INSUFFICIENT_FUND", "INSUFFICIENT_INVENTORY", "DELIVERY_FAILED"])
        with sqlite3.connect(books) as db:
            self.assertEqual(dict(db.execute("SELECT customer, balance FROM wallets")), {"alice": 400, "bob": 500})


if __name__ == "__main__":
    unittest.main()
