"""The cases of checkout_cases.json through sagactl alone."""
import unittest

from checkout_cases import CASES, check_case, config_for, name_of_test
from shop import ShopTest


class CheckoutCases(ShopTest):
    def run_case(self, case):
        shop = self.open_shop(initial_credit=case["given"]["initial_credit"], config=config_for(case))
        check_case(self, case, lambda order: shop.submit(order)[0], shop, shop, shop)


def add_test(case):
    def test(self):
        self.run_case(case)
    test.__doc__ = f"{case['id']}: {case['title']}"
    setattr(CheckoutCases, name_of_test(case), test)


for one in CASES:
    add_test(one)

if __name__ == "__main__":
    unittest.main()
