"""Many at once: nobody spends a cent twice, no unit is sold twice, and no order is two orders."""
import unittest

from shop import ShopTest, order, quick_config


class Concurrency(ShopTest):
    def outcomes(self, shop, ids):
        known = shop.when_over(*ids)
        return sorted(known[i]["outcome"] for i in ids)

    def test_twenty_orders_of_fifty_on_a_balance_of_five_hundred_ten_succeed(self):
        shop = self.open_shop(config=quick_config(reply_timeout_ms=5000))
        shop.stock_up(price=50, units=1000)
        ids = [f"o-{i}" for i in range(20)]
        shop.submit_at_once(*(order(i) for i in ids))
        self.assertEqual(self.outcomes(shop, ids), ["INSUFFICIENT_FUND"] * 10 + ["SUCCESS"] * 10)
        self.assertEqual(shop.balance(), 0)
        self.assert_fields(shop.level(), {"available": 990, "reserved": 10})

    def test_the_last_ten_units_go_to_ten_of_twenty_customers(self):
        shop = self.open_shop(config=quick_config(reply_timeout_ms=5000))
        shop.stock_up(price=50, units=10)
        ids = [f"o-{i}" for i in range(20)]
        shop.submit_at_once(*(order(i, customer=f"buyer-{i}") for i in ids))
        self.assertEqual(self.outcomes(shop, ids), ["INSUFFICIENT_INVENTORY"] * 10 + ["SUCCESS"] * 10)
        self.assert_fields(shop.level(), {"available": 0, "reserved": 10})
        balances = sorted(shop.balance(f"buyer-{i}") for i in ids)
        self.assertEqual(balances, [450] * 10 + [500] * 10)

    def test_the_same_submission_ten_times_at_once_and_after_a_restart_is_one_order(self):
        shop = self.open_shop(config=quick_config(reply_timeout_ms=5000))
        shop.stock_up(price=50)
        once = order("o-1")
        results = shop.submit_at_once(*[once] * 10)
        self.assertEqual([r["accepted"] for r in results], [True] * 10)
        self.assertEqual(sorted(r["duplicate"] for r in results), [False] + [True] * 9)
        shop.when_over("o-1")
        shop.kill()
        shop.start()
        self.assert_fields(shop.submit(once)[0], {"accepted": True, "duplicate": True, "error": None})
        self.assertEqual(len(shop.orders()), 1)
        self.assertEqual(shop.balance(), 450)
        self.assert_fields(shop.level(), {"reserved": 1})

    def test_one_file_with_the_same_order_on_many_lines_is_one_order(self):
        shop = self.open_shop()
        shop.stock_up(price=50)
        results = shop.submit(*[order("o-1")] * 50)
        self.assertEqual([r["duplicate"] for r in results], [False] + [True] * 49)
        shop.when_over("o-1")
        self.assertEqual(shop.balance(), 450)

    def test_another_order_under_a_known_id_is_refused(self):
        shop = self.open_shop()
        shop.stock_up(price=50)
        shop.submit(order("o-1"))
        again = shop.submit(order("o-1", quantity=2))[0]
        self.assert_fields(again, {"order_id": "o-1", "accepted": False})
        self.assertEqual(again["error"]["code"], "ORDER_ID_REUSED")
        shop.when_over("o-1")
        self.assertEqual(shop.balance(), 450)

    def test_two_first_orders_of_a_new_customer_at_once_both_succeed(self):
        shop = self.open_shop()
        shop.stock_up(price=50)
        for round_ in range(5):
            customer = f"newcomer-{round_}"
            ids = [f"{customer}-a", f"{customer}-b"]
            shop.submit_at_once(*(order(i, customer=customer) for i in ids))
            self.assertEqual(self.outcomes(shop, ids), ["SUCCESS"] * 2)
            self.assertEqual(shop.balance(customer), 400)

    def test_money_given_while_orders_run_is_not_lost(self):
        shop = self.open_shop(initial_credit=0)
        shop.stock_up(price=1, units=1000)
        shop.do("wallet", "credit", "alice", 100)
        ids = [f"o-{i}" for i in range(100)]
        shop.submit(*(order(i) for i in ids))
        for _ in range(20):
            shop.do("wallet", "credit", "alice", 7)
        self.assertEqual(self.outcomes(shop, ids), ["SUCCESS"] * 100)
        self.assertEqual(shop.balance(), 140)


if __name__ == "__main__":
    unittest.main()
