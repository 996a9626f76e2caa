"""`sagachaos storm` finds a product that is broken, and says how: each time something else in the place of sagad, given by
`--programs`."""
import json
import os
import subprocess
import unittest

from sagactl import BIN
from storm_folder import storm_folder

STORM_WITHIN_S = 300  # half a minute by itself; on a busy machine, and with sanitizers, longer

SCENARIO = """
name = "planted"
[cluster]
nodes = 2
brokers = 1
participant = true
tls = false
[load]
orders_per_s = 30
customers = 20
[load.kinds]
plain = 1
[[phase]]
name = "one death"
for = "6s"
quiet = "3s"
faults = [{ do = "kill", to = "node", for = "0s" }]
[calm]
within = "10s"
audit_every = "500ms"
"""
ONE_DEATH = """for = "6s"
quiet = "3s"
faults = [{ do = "kill", to = "node", for = "0s" }]"""
FAREWELLS = """for = "8s"
quiet = "500ms"
faults = [{ do = "drain", to = "node", for = "0s" }]"""


class StormPlanted(unittest.TestCase):
    def setUp(self):
        self.folder = storm_folder(self)

    def storm(self, script, scenario):
        """How a storm ends for a sagad that begins with this script, and what it tells."""
        programs = self.folder / "programs"
        programs.mkdir()
        sagad = programs / "sagad"
        sagad.write_text(f'#!/bin/bash\n{script}\nexec {BIN / "sagad"} "$@"\n')
        sagad.chmod(0o755)
        file = self.folder / "planted.toml"
        file.write_text(scenario)
        storm = subprocess.run([BIN / "sagachaos", "storm", "--scenario", file, "--seed", "1", "--programs", programs,
                                "-o", "json"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                               timeout=STORM_WITHIN_S, env={**os.environ, "TMPDIR": str(self.folder)})
        self.assertIn(storm.returncode, (0, 1), f"{storm.stdout}\n{storm.stderr}")
        return storm.returncode, json.loads(storm.stdout)

    def charges_found_in(self, script):
        """What a storm accuses it of."""
        code, told = self.storm(script, SCENARIO)
        self.assertEqual(code, 1, told)
        self.assertFalse(told["kept"])
        found = [f"{a['charge']}: {a['subject']}" for a in told["accusations"]]
        print(f"note: storm found in {told['stormed_ms']} ms, calm not counted: {sorted(set(found))[:3]}", flush=True)
        return found

    def test_a_node_that_crashes_by_itself_is_named(self):
        found = self.charges_found_in('case "$*" in *"--name node-1"*) (for each in node-1 node-2 delivery; do '
                                      'until grep -q "is ready: " $each.log; do sleep 0.1; done; done; sleep 1; '
                                      'kill -SEGV $$) >/dev/null 2>&1 & ;; esac')
        self.assertIn("crashed: node-1", found)

    def test_a_node_that_does_not_come_back_is_named(self):
        found = self.charges_found_in('case "$*" in *"--name node-"*) '
                                      'if [ -e was-killed ]; then echo "it is too late"; exit 1; fi; '
                                      'if [ -e was-up-$2 ]; then touch was-killed; exit 1; fi; touch was-up-$2;; esac')
        self.assertTrue([f for f in found if f.startswith("does not serve: node-")], found)

    def test_a_node_that_is_told_to_leave_before_it_can_hear_it_is_no_crash(self):
        code, told = self.storm('case "$*" in *"--name node-"*) if [ -e was-up-$2 ]; then sleep 2; fi; '
                                'touch was-up-$2;; esac', SCENARIO.replace(ONE_DEATH, FAREWELLS))
        self.assertEqual((code, told["accusations"]), (0, []))

    def test_a_charge_that_leaves_no_trace_in_the_inbox_breaks_promise_2(self):
        forget = ("create function forget() returns trigger language plpgsql as "
                  "'begin delete from inbox where saga = new.saga and step = new.step; return null; end'; "
                  "create constraint trigger forget after insert on inbox deferrable initially deferred for each row "
                  "when (new.step = 'charge-payment') execute function forget()")
        found = self.charges_found_in('case "$*" in *"--name node-1"*) for each in "$@"; do case "$each" in postgresql:*) '
                                      f'psql "$each" -v ON_ERROR_STOP=1 -c "set search_path = sagad" -c "{forget}"'
                                      ' ;; esac; done ;; esac')
        self.assertTrue([f for f in found if f.startswith("promise 2: ")], found)


if __name__ == "__main__":
    unittest.main()
