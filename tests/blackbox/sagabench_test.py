"""What a measurement leaves alone."""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

from sagactl import BIN


class Sagabench(unittest.TestCase):
    def test_a_run_fills_the_store_that_it_was_given_and_not_the_shop_in_the_environment(self):
        with tempfile.TemporaryDirectory(prefix="sagad-test-") as folder:
            shop = Path(folder) / "shop.db"
            done = subprocess.run([BIN / "sagabench", "run", "--orders", "50", "--open-orders", "10", "--store", "memory"],
                                  env={**os.environ, "SAGAD_STORE": f"sqlite:{shop}"}, cwd=folder,
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 0, done.stderr)
            figures = json.loads(done.stdout)
            self.assertEqual((figures["store"], figures["completed"]), ("memory", 50))
            self.assertFalse(shop.exists())


if __name__ == "__main__":
    unittest.main()
