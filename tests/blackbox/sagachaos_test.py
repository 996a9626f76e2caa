"""What a user of sagachaos sees: certificates, replays, and what it says to nonsense."""
import json
import os
import subprocess
import tempfile
import unittest
from pathlib import Path

SAGACHAOS = Path(os.environ["SAGAD_BIN"]) / "sagachaos"
SCHEDULE = {"sagachaos": 1, "definition": "checkout", "version": 1, "scenario": "apart:succeeds", "seed": 0,
            "faults": [{"fault": "answer-lost", "at": "answer", "number": 2}]}


class SagachaosTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="sagachaos-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_it(self, *arguments):
        return subprocess.run([SAGACHAOS, *arguments], cwd=self.folder, text=True, capture_output=True, timeout=300)

    def replay(self, text):
        (self.folder / "schedule.json").write_text(text)
        return self.run_it("replay", "schedule.json")

    def test_a_certificate_for_people_and_nothing_on_stderr(self):
        done = self.run_it("exhaust", "--cases", "apart:succeeds,together:empty-shelf")
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertTrue(done.stdout.startswith("CERTIFICATE: every promise was kept"), done.stdout)
        self.assertIn("checkout v1", done.stdout)
        self.assertEqual([], list(self.folder.iterdir()))

    def test_a_certificate_for_programs(self):
        done = self.run_it("exhaust", "--definition", "return", "--cases", "apart:succeeds", "--seed", "5", "-o", "json")
        certificate = json.loads(done.stdout)
        self.assertEqual((0, True, 5), (done.returncode, certificate["kept"], certificate["seed"]))
        self.assertEqual(["apart:succeeds"], certificate["scenarios"])
        self.assertGreater(certificate["runs"], 50)
        self.assertEqual(10, len(certificate["faults"]))

    def test_scenarios_are_listed_one_a_line(self):
        names = self.run_it("exhaust", "--list").stdout.splitlines()
        self.assertIn("apart:reserve-inventory-times-out", names)
        self.assertIn("together:two-want-the-last-unit", names)

    def test_a_replay_shows_each_step_and_ends_with_the_verdict(self):
        done = self.replay(json.dumps(SCHEDULE))
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        for part in ("o-1/charge-payment/do/1 to payment", "answer-lost answer 2", "reserve-inventory.timed-out"):
            self.assertIn(part, done.stdout)
        self.assertTrue(done.stdout.endswith("all promises hold\n"), done.stdout)
        self.assertEqual(done.stdout, self.replay(json.dumps(SCHEDULE)).stdout)

    def test_nonsense_is_answered_with_a_sentence_and_exit_code_2(self):
        for schedule, sentence in (("{", "valid JSON"), ("{}", "sagachaos is missing"),
                                   (json.dumps(SCHEDULE | {"definition": "tax"}), "no definition tax"),
                                   (json.dumps(SCHEDULE | {"version": 9}), "is for checkout v9"),
                                   (json.dumps(SCHEDULE | {"scenario": "rain"}), "no scenario rain")):
            with self.subTest(schedule):
                done = self.replay(schedule)
                self.assertEqual((2, ""), (done.returncode, done.stdout))
                self.assertIn(sentence, done.stderr)
        for arguments in (["replay", "nowhere.json"], ["exhaust", "--cases", "rain"], ["exhaust", "--definition", "tax"],
                          ["exhaust", "--jobs", "0"], ["exhaust", "--seed", str(2**63)], ["exhaust", "--nonsense"], []):
            with self.subTest(arguments):
                self.assertEqual(2, self.run_it(*arguments).returncode)


if __name__ == "__main__":
    unittest.main()
