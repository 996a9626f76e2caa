"""The twelve cases that every checkout must pass, each on an empty store, through sagactl alone."""
import json
import unittest
from pathlib import Path

from shop import ShopTest, patient_config, quick_config

CASES = json.loads((Path(__file__).parent / "checkout_cases.json").read_text())["cases"]


class CheckoutCases(ShopTest):
    def run_case(self, case):
        given, submission, expect = case["given"], case["submit"], case["expect"]
        config = quick_config() if expect.get("outcome") == "TIMEOUT" else patient_config()
        shop = self.open_shop(initial_credit=given["initial_credit"], config=config)
        for sku, price in given["catalog"].items():
            shop.do("catalog", "set", sku, "--price", price)
        for sku, units in given["stock"].items():
            shop.do("stock", "add", sku, units)

        result = shop.submit(submission)[0]

        self.assert_fields(result, {"order_id": submission["order_id"], "accepted": expect["accepted"],
                                    "duplicate": False})
        if expect.get("order") == "absent":
            self.assertEqual(shop.ctl("order", "show", submission["order_id"]).code, 4)
        else:
            shop.when_over(submission["order_id"])
            self.assert_fields(shop.show(submission["order_id"]),
                               {"state": expect["state"], "outcome": expect["outcome"], "step": None})
        self.assertEqual(shop.balance(submission["customer_id"]), expect["balance"])
        self.assert_fields(shop.level(submission["lines"][0]["sku"]),
                           {"available": expect["available"], "reserved": expect["reserved"]})


def add_test(case):
    def test(self):
        self.run_case(case)
    test.__doc__ = f"{case['id']}: {case['title']}"
    name = "".join(c if c.isalnum() else "_" for c in case["title"])
    setattr(CheckoutCases, f"test_{case['id']}_{name}", test)


for one in CASES:
    add_test(one)

if __name__ == "__main__":
    unittest.main()
