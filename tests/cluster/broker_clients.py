"""The shop's side of the broker: somebody who submits orders, and a listener to the facts. Both are written with Debian's
python3-pika against the documented protocol alone (deploy/protocol/).
"""
import json
import threading
import time

import pika

CONNECT_TIMEOUT_S = 3
TURN_S = 0.02
ANSWERED_WITHIN_S = 60


def connect(port):
    parameters = pika.ConnectionParameters("127.0.0.1", port, heartbeat=10, socket_timeout=CONNECT_TIMEOUT_S,
                                           stack_timeout=CONNECT_TIMEOUT_S, blocked_connection_timeout=10)
    return pika.BlockingConnection(parameters)


def submit(port, *orders):
    """Submits the orders in one go and waits for the answers; returns them in order."""
    connection = connect(port)
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


class Listener(threading.Thread):
    """Hears every fact, and holds each order's facts to the rule: as first heard, in order and without a gap."""

    def __init__(self, port):
        super().__init__(daemon=True, name="listener")
        self.connection = connect(port)
        self.channel = self.connection.channel()
        self.channel.basic_qos(prefetch_count=500)
        queue = self.channel.queue_declare("", exclusive=True).method.queue
        self.channel.queue_bind(queue, "saga.events", "#")
        self.channel.basic_consume(queue, self.on_fact)
        self.facts = {}  # by order: the facts in order
        self.ids = {}
        self.faults = []
        self.stopping = threading.Event()
        self.mistake = None

    def run(self):
        try:
            while not self.stopping.is_set():
                self.connection.process_data_events(time_limit=TURN_S)
            self.connection.close()
        except Exception as mistake:  # the test must fail, not wait for facts that nobody hears
            self.mistake = mistake

    def stop(self):
        self.stopping.set()
        self.join()
        if self.mistake:
            raise self.mistake

    def on_fact(self, channel, method, properties, body):
        fact = json.loads(body)
        order, sequence = fact["subject"], int(fact["sequence"])
        known = self.facts.setdefault(order, [])
        if sequence <= len(known):
            if known[sequence - 1] != fact:
                self.faults.append(f"{order}: fact {sequence} came again as another one")
        elif sequence == len(known) + 1:
            if self.ids.setdefault(fact["id"], (order, sequence)) != (order, sequence):
                self.faults.append(f"{order}: the id of fact {sequence} was used before")
            known.append(fact)
        else:
            self.faults.append(f"{order}: fact {sequence} came after fact {len(known)}")
        channel.basic_ack(method.delivery_tag)
