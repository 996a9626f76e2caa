"""The twelve cases that every checkout must pass, each on an empty store, whichever way an order goes in."""
import json
from pathlib import Path

from shop import patient_config, quick_config

CASES = json.loads((Path(__file__).parent / "checkout_cases.json").read_text())["cases"]


def config_for(case):
    return quick_config() if case["expect"].get("outcome") == "TIMEOUT" else patient_config()


def check_case(test, case, submit, orders, wallets, shelves):
    """Stocks up, submits and asserts what must come of it. `submit` takes an order and returns its answer; the others
    are the operators of the stores that know the orders, the wallets and the shelves."""
    given, submission, expect = case["given"], case["submit"], case["expect"]
    order_id, customer, sku = submission["order_id"], submission["customer_id"], submission["lines"][0]["sku"]
    for each, price in given["catalog"].items():
        orders.do("catalog", "set", each, "--price", price)
    for each, units in given["stock"].items():
        shelves.do("stock", "add", each, units)
    test.assert_fields(submit(submission), {"order_id": order_id, "accepted": expect["accepted"], "duplicate": False})
    if expect.get("order") == "absent":
        test.assertEqual(orders.ctl("order", "show", order_id).code, 4)
    else:
        orders.when_over(order_id)
        test.assert_fields(orders.show(order_id),
                           {"state": expect["state"], "outcome": expect["outcome"], "step": None})
    test.assertEqual(wallets.balance(customer), expect["balance"])
    test.assert_fields(shelves.level(sku), {"available": expect["available"], "reserved": expect["reserved"]})


def name_of_test(case, way=""):
    title = "".join(c if c.isalnum() else "_" for c in case["title"])
    return f"test_{case['id']}{way}_{title}"
