"""The shop's side of the broker: a submitter that remembers what it was promised, a listener to the facts.

Both are written with Debian's python3-pika against the documented protocol alone (deploy/protocol/), each on a thread
of its own, and outlive any broker.
"""
import json
import random
import threading
import time

import pika
import pika.exceptions

CONNECT_TIMEOUT_S = 3
TURN_S = 0.02
ANSWERED_WITHIN_S = 60


class BrokerClient(threading.Thread):
    """Connects to one of the addresses, and again to the next one, until it is stopped."""

    def __init__(self, addresses):
        super().__init__(daemon=True, name=type(self).__name__)
        self.addresses = addresses
        self.stopping = threading.Event()
        self.lock = threading.Lock()
        self.failure = None

    def stop(self):
        self.stopping.set()
        self.join()
        if self.failure:
            raise self.failure

    def run(self):
        attempt = random.randrange(len(self.addresses))
        while not self.stopping.is_set():
            try:
                self.work(self.connect(self.addresses[attempt % len(self.addresses)]))
            except (pika.exceptions.AMQPError, OSError):
                attempt += 1
                self.stopping.wait(0.1)
            except Exception as mistake:  # ours: the test must fail, not hang
                self.failure = mistake
                return

    @staticmethod
    def connect(port):
        parameters = pika.ConnectionParameters("127.0.0.1", port, heartbeat=10, socket_timeout=CONNECT_TIMEOUT_S,
                                               stack_timeout=CONNECT_TIMEOUT_S, blocked_connection_timeout=10)
        return pika.BlockingConnection(parameters)


def submit(port, *orders):
    """Submits the orders in one go and waits for the answers; returns them in order."""
    connection = BrokerClient.connect(port)
    try:
        channel = connection.channel()
        queue = channel.queue_declare("", exclusive=True).method.queue
        answers = {}
        channel.basic_consume(queue, lambda _c, _m, properties, body: answers.update(
            {int(properties.correlation_id): json.loads(body)}), auto_ack=True)
        for number, body in enumerate(orders):
            text = body if isinstance(body, (str, bytes)) else json.dumps(body)
            channel.basic_publish("", "saga.orders", text, pika.BasicProperties(
                content_type="application/json", delivery_mode=2, reply_to=queue, correlation_id=str(number)))
        give_up_at = time.monotonic() + ANSWERED_WITHIN_S
        while len(answers) < len(orders):
            connection.process_data_events(time_limit=TURN_S)
            if time.monotonic() > give_up_at:
                raise AssertionError(f"{len(orders) - len(answers)} of {len(orders)} orders were never answered")
        return [answers[number] for number in range(len(orders))]
    finally:
        connection.close()


class Promise:
    """One order, and what its submitter was told about it."""

    def __init__(self, body, insists):
        self.order_id, self.body, self.insists = body["order_id"], body, insists
        self.sent_at = None
        self.answers = []

    @property
    def accepted(self):
        return any(a["accepted"] for a in self.answers)

    @property
    def refused(self):
        return any(not a["accepted"] for a in self.answers)


class Submitter(BrokerClient):
    """Submits what `next_order` makes, `rate` per second. Most orders are sent again until they are answered; some are
    sent once and never asked after."""

    def __init__(self, addresses, next_order, *, rate, ask_again_after_s=5, careless_share=0.1, seed=1):
        super().__init__(addresses)
        self.next_order, self.rate, self.ask_again_after_s = next_order, rate, ask_again_after_s
        self.careless_share, self.chance = careless_share, random.Random(seed)
        self.promises = {}
        self.unanswered = {}
        self.open = True
        self.answered_orders = 0
        self.reply_queue = f"test.answers.{random.getrandbits(48):x}"
        self.next_at = time.monotonic()

    def close(self):
        """No new orders; the old ones are still asked after."""
        self.open = False

    def owed(self):
        """Orders that were sent by somebody who insists, and not answered yet."""
        with self.lock:
            return sum(p.insists for p in self.unanswered.values())

    def work(self, connection):
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare(self.reply_queue, durable=True, arguments={"x-queue-type": "quorum", "x-expires": 600_000})
        channel.basic_consume(self.reply_queue, self.on_answer, auto_ack=True)
        while not self.stopping.is_set():
            self.submit_due(channel)
            connection.process_data_events(time_limit=TURN_S)
        connection.close()

    def submit_due(self, channel):
        now = time.monotonic()
        self.next_at = max(self.next_at, now - 0.5)  # what was missed while nobody could submit is not caught up
        while self.open and self.next_at <= now:
            self.next_at += 1 / self.rate
            promise = Promise(self.next_order(), self.chance.random() >= self.careless_share)
            with self.lock:
                self.promises[promise.order_id] = self.unanswered[promise.order_id] = promise
            self.send(channel, promise)
        for promise in list(self.unanswered.values()):
            if promise.insists and now - promise.sent_at > self.ask_again_after_s:
                self.send(channel, promise)

    def send(self, channel, promise):
        promise.sent_at = time.monotonic()
        channel.basic_publish("", "saga.orders", json.dumps(promise.body), pika.BasicProperties(
            content_type="application/json", delivery_mode=2, reply_to=self.reply_queue,
            correlation_id=promise.order_id))

    def on_answer(self, channel, method, properties, body):
        answer = json.loads(body)
        with self.lock:
            promise = self.promises[properties.correlation_id]
            promise.answers.append(answer)
            if self.unanswered.pop(promise.order_id, None):
                self.answered_orders += 1


class Listener(BrokerClient):
    """Hears every fact, and holds each order's facts to the rule: as first heard, in order and without a gap."""

    def __init__(self, addresses):
        super().__init__(addresses)
        self.facts = {}  # by order: the facts in order
        self.ids = {}
        self.duplicates = 0
        self.faults = []
        self.ready = threading.Event()

    def work(self, connection):
        channel = connection.channel()
        channel.basic_qos(prefetch_count=500)
        channel.exchange_declare("saga.events", "topic", durable=True)
        channel.queue_declare("test.facts", durable=True, arguments={"x-queue-type": "quorum"})
        channel.queue_bind("test.facts", "saga.events", "#")
        channel.basic_consume("test.facts", self.on_fact)
        self.ready.set()
        while not self.stopping.is_set():
            connection.process_data_events(time_limit=TURN_S)
        connection.close()

    def on_fact(self, channel, method, properties, body):
        fact = json.loads(body)
        order, sequence = fact["subject"], int(fact["sequence"])
        with self.lock:
            known = self.facts.setdefault(order, [])
            if sequence <= len(known):
                self.duplicates += 1
                if known[sequence - 1] != fact:
                    self.faults.append(f"{order}: fact {sequence} came again as another one")
            elif sequence == len(known) + 1:
                if self.ids.setdefault(fact["id"], (order, sequence)) != (order, sequence):
                    self.faults.append(f"{order}: the id of fact {sequence} was used before")
                known.append(fact)
            else:
                self.faults.append(f"{order}: fact {sequence} came after fact {len(known)}")
        channel.basic_ack(method.delivery_tag)
