"""The operator's verbs give the same answers, with the same exit codes, when the store is PostgreSQL."""
import subprocess
import unittest

import sagactl_many_test
import sagactl_operator_test
import sagactl_output_test
import sagactl_repair_crash_test
from postgres_server import PostgresServer
from sagactl import BIN
from shop import ShopTest


class OnPostgres:
    """Mixed into the tests of a shop on SQLite."""

    @classmethod
    def setUpClass(cls):
        cls.postgres = PostgresServer()
        cls.addClassCleanup(cls.postgres.stop)
        cls.postgres.start()
        cls.databases = 0

    def new_store(self):
        type(self).databases += 1
        name = f"shop{self.databases}"
        self.postgres.run_sql(f"CREATE DATABASE {name}")
        url = self.postgres.url.removesuffix("/postgres") + f"/{name}"
        subprocess.run([BIN / "sagad", "migrate", "--store", url], check=True, capture_output=True)
        return url

    def bury(self, _shop, number, body):
        self.postgres.run_sql("INSERT INTO sagad.dead_letters (id, source, reason, body, at) OVERRIDING SYSTEM VALUE "
                              f"VALUES ({number}, 'saga.orders', 'UNKNOWN_SKU', decode('{body.hex()}', 'hex'), 0)",
                              database=f"shop{self.databases}")


def load_tests(loader, _standard, _pattern):
    suite = unittest.TestSuite()
    for module in (sagactl_many_test, sagactl_operator_test, sagactl_output_test, sagactl_repair_crash_test):
        for each in vars(module).values():
            if isinstance(each, type) and issubclass(each, ShopTest) and each.__module__ == module.__name__:
                suite.addTests(loader.loadTestsFromTestCase(type(f"{each.__name__}OnPostgres", (OnPostgres, each), {})))
    return suite
