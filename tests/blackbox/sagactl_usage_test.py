"""Command lines that are wrong, stores that are none, and help: what sagactl says and how it exits."""
import os
import subprocess
import unittest

from shop import BIN, ShopTest


class Usage(ShopTest):
    def assert_refused(self, result, code, *words):
        self.assertEqual((result.code, result.out), (code, ""), result)
        for word in words:
            self.assertIn(word, result.err)

    def test_a_wrong_command_line_is_exit_2_and_says_what_is_right(self):
        shop = self.open_shop()
        for args, word in [(["order", "lst"], "did you mean list?"), (["ordr", "list"], "did you mean order?"),
                           (["frobnicate"], "no verb frobnicate"), ([], "subcommand"), (["order"], "subcommand"),
                           (["order", "show"], "ID"), (["order", "list", "--state", "stuck"], "stuck"),
                           (["order", "list", "--outcome", "success"], "success"),
                           (["order", "list", "--older-than", "5"], "5m"), (["order", "list", "--limit", "0"], "0"),
                           (["-o", "xml", "order", "list"], "xml"), (["order", "list", "extra"], "extra"),
                           (["catalog", "set", "late_token"], "--price"),
                           (["catalog", "set", "late_token", "--price=-1"], "-1"),
                           (["catalog", "set", "late_token", "--price", "1.5"], "1.5"),
                           (["catalog", "set", "late token", "--price", "1"], "late token"),
                           (["stock", "add", "late_token", "0"], "0"), (["stock", "add", "late_token", "-5"], "-5"),
                           (["stock", "add", "late_token", "010"], "010"),
                           (["stock", "add", "late_token", "9" * 20], "9" * 20),
                           (["wallet", "credit", "alice", "five"], "five"), (["wallet", "show", "a/b"], "a/b"),
                           (["order", "history", "x", "-o", "ids"], "ids"), (["status", "-o", "ids"], "ids")]:
            with self.subTest(args):
                self.assert_refused(shop.ctl(*args), 2, word)

    def test_help_is_data_and_has_an_example(self):
        shop = self.open_shop(start=False)
        for args in [[], ["order"], ["status"], ["audit"], ["order", "submit"], ["order", "list"], ["order", "show"],
                     ["order", "history"], ["order", "watch"], ["catalog", "set"], ["catalog", "list"],
                     ["stock", "add"], ["stock", "show"], ["wallet", "credit"], ["wallet", "show"], ["wallet", "list"]]:
            with self.subTest(args):
                result = shop.ctl(*args, "--help")
                self.assertEqual((result.code, result.err), (0, ""))
                if args and args != ["order"]:
                    self.assertIn(f"sagactl {' '.join(args)}", result.out)

    def test_a_store_that_is_not_there_is_not_found(self):
        shop = self.open_shop(start=False)
        self.assert_refused(shop.ctl("order", "list"), 4, "sagad migrate --store")
        self.assertFalse(shop.file.exists())

    def test_a_store_that_is_none_is_refused(self):
        shop = self.open_shop(start=False)
        shop.file.write_text("this is a diary, not a database " * 100)
        self.assert_refused(shop.ctl("order", "list"), 1, "shop.db")
        self.assertTrue(shop.file.read_text().startswith("this is a diary"))

    def test_another_kind_of_store_is_a_usage_error(self):
        shop = self.open_shop(start=False)
        for store, word in [("mysql://localhost/shop", "postgresql://"), ("shop.db", "sqlite:PATH"),
                            ("sqlite:", "path")]:
            with self.subTest(store):
                self.assert_refused(shop.ctl("order", "list", store=store), 2, word)

    @unittest.skipUnless(os.geteuid() == 0, "needs to become somebody else")
    def test_a_store_of_somebody_else_is_not_permitted(self):
        shop = self.open_shop()
        nobody = 65534
        if subprocess.run(["test", "-x", BIN / "sagactl"], user=nobody, check=False).returncode != 0:
            self.skipTest(f"others may not run {BIN}/sagactl")
        done = subprocess.run([BIN / "sagactl", "order", "list"], env=shop.environment(SAGAD_STORE=shop.url),
                              user=nobody, capture_output=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (3, b""))
        self.assertIn(b"may not be read", done.stderr)

    def test_no_store_at_all_is_a_usage_error(self):
        shop = self.open_shop(start=False)
        done = subprocess.run([BIN / "sagactl", "order", "list"], env=shop.environment(), capture_output=True,
                              check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"SAGAD_STORE", done.stderr)

    def test_options_are_taken_anywhere_and_a_flag_wins_over_the_environment(self):
        shop = self.open_shop()
        for args in [["--store", shop.url, "-o", "json", "order", "list"],
                     ["order", "list", "-o", "json", "--store", shop.url],
                     ["order", "--store", shop.url, "list", "--output=json"]]:
            with self.subTest(args):
                self.assertEqual(shop.ctl(*args, store="sqlite:/nowhere").out, "[]\n")


if __name__ == "__main__":
    unittest.main()
