"""`sagachaos storm` as a user runs it: its default scenario, on a cluster of three brokers, against the programs that were
built, and how it ends."""
import json
import os
import signal
import subprocess
import unittest
from pathlib import Path

from sagactl import BIN, wait_until
from storm_folder import storm_folder

SEED = os.environ.get("SAGAD_TEST_SEED")
STORM_WITHIN_S = 600  # three minutes by itself; on a busy machine, and with sanitizers, longer


def children_in(folder):
    """Processes that work in the folder, or below."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            where = os.readlink(entry / "cwd")
        except OSError:
            continue
        if where.startswith(str(folder)):
            found.append(entry.name)
    return found


class Storm(unittest.TestCase):
    def setUp(self):
        self.folder = storm_folder(self)

    def start(self, *arguments):
        return subprocess.Popen([BIN / "sagachaos", "storm", *arguments], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                env={**os.environ, "TMPDIR": str(self.folder)})

    def left_behind(self):
        return [f.name for f in self.folder.glob("sagachaos-storm-*")]

    def test_the_default_storm_finds_every_promise_kept_and_leaves_nothing_behind(self):
        timeline = self.folder / "timeline.jsonl"
        storm = self.start("--brokers", "3", "-o", "json", "--timeline", str(timeline), *(["--seed", SEED] if SEED else []))
        out, err = storm.communicate(timeout=STORM_WITHIN_S)
        self.assertEqual(storm.returncode, 0, f"{out}\n{err}")
        told = json.loads(out)
        print(f"note: sagachaos storm --seed {told['seed']}: {told['faults']} faults, {told['orders']['accepted']} orders "
              f"accepted, {told['termination_percent']} % ended, worst recovery {told['recovery_max_ms']} ms", flush=True)
        self.assertTrue(told["kept"])
        self.assertEqual([told["lost"], told["doubled"], told["stuck"], told["accusations"]], [0, 0, 0, []])
        self.assertEqual(told["termination_percent"], 100)
        self.assertGreater(told["progress_percent"], 50)  # 70 of 98 would complete if there were no storm
        self.assertGreater(told["faults"], 20)
        self.assertGreater(told["orders"]["accepted"], 500)
        struck = [json.loads(line) for line in timeline.read_text().splitlines()]
        self.assertEqual(sum(line["what"] == "struck" for line in struck), told["faults"])
        self.assertEqual(self.left_behind(), [])
        self.assertEqual(children_in(self.folder), [])

    def test_ctrl_c_ends_a_storm_and_leaves_nothing_behind(self):
        storm = self.start("--seed", "1")
        wait_until(lambda: any(self.folder.glob("sagachaos-storm-*/rabbitmq/node-1/pid")), "the servers to start")
        storm.send_signal(signal.SIGINT)
        _, err = storm.communicate(timeout=STORM_WITHIN_S)
        self.assertEqual(storm.returncode, 130, err)
        self.assertEqual(self.left_behind(), [])
        wait_until(lambda: not children_in(self.folder), "all that it started to end")

    def test_a_scenario_that_is_wrong_is_refused_by_name(self):
        file = self.folder / "wrong.toml"
        file.write_text("[cluster]\nnode = 3\n")
        storm = self.start("--scenario", str(file))
        out, err = storm.communicate(timeout=STORM_WITHIN_S)
        self.assertEqual((storm.returncode, out), (2, ""))
        self.assertIn(f"{file}: [cluster]: node is not known here", err)


if __name__ == "__main__":
    unittest.main()
