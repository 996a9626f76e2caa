#!/usr/bin/env python3
"""payment_participant.py [BROKER [STORE [INITIAL_CREDIT]]]: plays payment for sagad. README.md here explains it."""
import json, signal, sqlite3, sys, threading

import pika

QUEUE = "saga.commands.payment"  # sagad declares it, with its dead-letter exchange and its limits
AMOUNT_MAX = 10**15
SCHEMA = """PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS wallets (customer TEXT PRIMARY KEY, balance INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS inbox (key TEXT PRIMARY KEY, state TEXT, customer TEXT, amount INTEGER, detail TEXT);"""

def says(outcome, code="", detail=""):
    return {"outcome": outcome, "code": code, "detail": detail, "result": None}

class Payment:
    """Wallets, and what was answered under each idempotency key. The effect and its answer are one transaction."""
    def __init__(self, path, initial_credit):
        self.initial_credit = initial_credit
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.executescript(SCHEMA)

    def answer(self, command):
        payload = command["payload"] if isinstance(command["payload"], dict) else {}
        customer, amount = payload.get("customer_id"), payload.get("amount")
        if not isinstance(customer, str) or type(amount) is not int or not 0 <= amount <= AMOUNT_MAX:
            return says("refused", "BAD_PAYLOAD", "customer_id must be an id, amount a non-negative integer")
        with self.db:
            self.db.execute("BEGIN IMMEDIATE")
            return self.decide(command["action"], command["idempotency_key"], customer, amount)

    def decide(self, action, key, customer, amount):
        known = self.db.execute("SELECT state, customer, amount, detail FROM inbox WHERE key = ?", [key]).fetchone()
        state = known[0] if known else "nothing"
        if action == "undo":
            if state == "nothing":  # the undo overtook its do: remembered, so that the do is blocked when it comes
                self.db.execute("INSERT INTO inbox (key, state) VALUES (?, 'undone')", [key])
            elif state == "succeeded":
                self.db.execute("UPDATE wallets SET balance = balance + ? WHERE customer = ?", [known[2], known[1]])
                self.db.execute("UPDATE inbox SET state = 'undone' WHERE key = ?", [key])
            return says("succeeded")
        if state == "nothing":
            return says("not-found") if action == "probe" else self.charge(key, customer, amount)
        if state == "undone":
            return says("refused", "UNDONE", "it was undone")
        return says("succeeded") if state == "succeeded" else says("refused", "INSUFFICIENT_FUND", known[3])

    def charge(self, key, customer, amount):
        self.db.execute("INSERT OR IGNORE INTO wallets VALUES (?, ?)", [customer, self.initial_credit])
        balance = self.db.execute("SELECT balance FROM wallets WHERE customer = ?", [customer]).fetchone()[0]
        if balance < amount:
            why = f"the balance is {balance}, the charge {amount}"
            self.db.execute("INSERT INTO inbox (key, state, detail) VALUES (?, 'refused', ?)", [key, why])
            return says("refused", "INSUFFICIENT_FUND", why)
        self.db.execute("UPDATE wallets SET balance = balance - ? WHERE customer = ?", [amount, customer])
        self.db.execute("INSERT INTO inbox VALUES (?, 'succeeded', ?, ?, '')", [key, customer, amount])
        return says("succeeded")

def question_in(command):
    question = {field: command[field] for field in ("saga_id", "step", "action", "idempotency_key")}
    names_it = question["idempotency_key"] == "{saga_id}/{step}".format(**question)
    if not names_it or question["action"] not in ("do", "undo", "probe"):
        raise ValueError("no command")
    return question

def serve(payment, broker, stopping):
    with pika.BlockingConnection(pika.URLParameters(broker)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_qos(prefetch_count=64)
        for method, properties, body in channel.consume(QUEUE, inactivity_timeout=0.5):
            if stopping.is_set():
                return  # what is not acknowledged goes to somebody else
            if method is not None:
                handle(payment, channel, method, properties, body)

def handle(payment, channel, method, properties, body):
    try:
        command = json.loads(body)
        answer = {**question_in(command), **payment.answer(command)}
    except (ValueError, KeyError, TypeError, RecursionError):  # no command: the broker makes it a dead letter
        return channel.basic_reject(method.delivery_tag, requeue=False)
    copied = pika.BasicProperties(correlation_id=properties.correlation_id, content_type="application/json")
    channel.basic_publish("", properties.reply_to or "", json.dumps(answer), copied)
    channel.basic_ack(method.delivery_tag)  # last: committed and answered; before that, it shall come again

def main(broker="amqp://localhost", store="payment.db", initial_credit=500):
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    payment = Payment(store, int(initial_credit))
    while not stopping.is_set():
        try:
            serve(payment, broker, stopping)
        except (pika.exceptions.AMQPError, OSError) as away:
            print(f"the broker is away ({type(away).__name__}); trying again", file=sys.stderr, flush=True)
            stopping.wait(1)

if __name__ == "__main__":
    main(*sys.argv[1:])
