"""Least privilege, as an administrator sets it up: deploy/postgres/roles.sql through psql, then the real programs."""
import subprocess
import unittest
from pathlib import Path

from postgres_server import PostgresServer
from sagactl import BIN, Operator
from shop import order

ROLES_SQL = Path(__file__).resolve().parents[2] / "deploy/postgres/roles.sql"


class Roles(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.postgres = PostgresServer()
        cls.addClassCleanup(cls.postgres.stop)
        cls.postgres.start()
        for _ in range(2):  # run again it changes nothing
            subprocess.run(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", cls.postgres.url, "-f", ROLES_SQL], check=True)
        cls.postgres.run_sql("CREATE ROLE dashboard LOGIN IN ROLE sagad_reader; "
                             "CREATE ROLE night_shift LOGIN IN ROLE sagad_operator; "
                             "CREATE ROLE with_password LOGIN PASSWORD 'sesame' IN ROLE sagad_operator")
        subprocess.run([BIN / "sagad", "migrate", "--store", cls.postgres.url], check=True, capture_output=True)

    def operator(self, user):
        return Operator(self.postgres.url.replace("postgres@", f"{user}@"))

    def test_a_reader_sees_everything_and_changes_nothing(self):
        reader = self.operator("dashboard")
        for words in (["status"], ["order", "list"], ["stock", "show"], ["wallet", "list"], ["node", "list"], ["audit"]):
            self.assertEqual(reader.ctl(*words).code, 0, words)
        for words in (["stock", "add", "pear", "1"], ["catalog", "set", "pear", "--price", "1"],
                      ["wallet", "credit", "alice", "1"], ["node", "drain", "node-1"]):
            refused = reader.ctl(*words)
            self.assertEqual(refused.code, 3, refused)
            self.assertIn("permi", refused.err)

    def test_an_operator_keeps_the_shop_and_cannot_touch_the_schema(self):
        operator = self.operator("night_shift")
        operator.stock_up("apple", price=3, units=5)
        self.assertEqual(operator.level("apple")["available"], 5)
        migrated = subprocess.run([BIN / "sagad", "migrate", "--store", operator.url], capture_output=True, text=True)
        self.assertNotEqual(migrated.returncode, 0)

    def test_a_wrong_password_is_told_without_showing_it(self):
        wrong = self.operator("with_password:open-up").ctl("status")
        self.assertNotEqual(wrong.code, 0)
        self.assertIn("password", wrong.err)
        self.assertNotIn("open-up", wrong.err + wrong.out)

    def test_advice_that_names_the_store_does_not_show_its_password(self):
        self.postgres.run_sql("CREATE DATABASE waiting")
        url = self.postgres.url.removesuffix("/postgres") + "/waiting"
        subprocess.run([BIN / "sagad", "migrate", "--store", url], check=True, capture_output=True)
        operator = Operator(url.replace("postgres@", "with_password:sesame@"))
        operator.stock_up("plum", price=1, units=1)
        operator.submit(order("o-1", sku="plum"))
        status = operator.ctl("status")
        self.assertEqual(status.code, 5)  # an order waits, and no node runs
        self.assertIn("start one with", status.out)
        self.assertNotIn("sesame", status.out + status.err)
