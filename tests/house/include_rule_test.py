"""Who may include whom, and where a main() may stand: the shape of ARCHITECTURE.md, held by a test."""
import os
import re
import shutil
import tempfile
import unittest
from pathlib import Path

ROOT = Path(os.environ.get("SAGAD_ROOT", Path(__file__).resolve().parents[2]))

# What each folder may include of ours, besides itself. The deepest folder that fits decides.
LAYERS = {
    "workflows": [],
    "actors": ["workflows"],
    "adapters": ["workflows"],
    "tools": ["workflows", "actors", "adapters"],
    "tests": ["workflows", "actors", "adapters", "tools"],
}

# Libraries that, besides the tests, only some folders may know: what an #include of them begins with.
LIBRARIES = {
    "caf/": ["actors", "tools"],
    "spdlog/": ["actors", "tools"],
    "fmt/": ["actors", "tools"],
    "SQLiteCpp/": ["adapters/sqlite"],
    "sqlite3": ["adapters/sqlite"],
    "pqxx/": ["adapters/postgres"],
    "amqp": ["adapters/rabbitmq"],
    "rabbitmq-c/": ["adapters/rabbitmq"],
    "boost/": ["adapters/http"],
    "CLI/": ["tools"],
    "toml++/": ["tools"],
    "catch2/": ["tests"],
}

# Besides, workflows/ is pure: no I/O, no thread, no clock, no system call.
IMPURE_HEADERS = {"thread", "mutex", "shared_mutex", "condition_variable", "future", "fstream", "iostream",
                  "filesystem", "random"}
IMPURE_CALL = re.compile(r"\b(?:system|steady|high_resolution)_clock::now\b")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
MAIN = re.compile(r"^\s*int\s+main\s*\(|^\s*#\s*define\s+CATCH_CONFIG_(?:MAIN|RUNNER)\b")


def is_under(path, folder):
    return path == folder or path.startswith(folder + "/")


def own_folder(file):
    """What counts as a file's own: its layer, but among adapters, its own adapter only."""
    parts = file.split("/")
    return "/".join(parts[:2]) if parts[0] == "adapters" else parts[0]


def complaint_about_include(root, file, quote, target):
    layer, target_layer = file.split("/")[0], target.split("/")[0]
    if quote == "<" and target_layer in LAYERS:
        return "our own headers are included with quotes"
    if quote == '"':
        if target_layer not in LAYERS or ".." in target:
            return "an #include of ours is written from the repository root"
        if not (root / target).is_file():
            return "there is no such file"
        if not is_under(target, own_folder(file)) and target_layer not in LAYERS[layer]:
            return f"{own_folder(file)}/ may include only {', '.join(LAYERS[layer] + ['its own'])}"
        return None
    for library, knowers in LIBRARIES.items():
        if target.startswith(library) and not any(is_under(file, folder) for folder in [*knowers, "tests"]):
            return f"{library} is known only to {', '.join(knowers)}"
    if layer == "workflows":
        if target in IMPURE_HEADERS:
            return "workflows/ is pure: no I/O, no thread, no clock"
        if target.endswith(".h") and target != "simdjson.h":
            return "workflows/ is pure: no header of the system's or of C"
        if "/" in target and not target.startswith(("nlohmann/", "tl/")):
            return "workflows/ knows only nlohmann/, tl/ and simdjson.h"
    return None


def complaint_about_line(root, file, line):
    if include := INCLUDE.match(line):
        return complaint_about_include(root, file, *include.groups())
    if MAIN.match(line) and not re.fullmatch(r"tools/[^/]+/main\.cpp", file):
        return "only tools/*/main.cpp has a main()"
    if file.startswith("workflows/") and IMPURE_CALL.search(line):
        return "workflows/ has no clock: time is an input"
    return None


def violations(root):
    """Each offending line as `file:line: what is wrong: the line`."""
    found = []
    for layer in LAYERS:
        for path in sorted((root / layer).rglob("*.[ch]pp")):
            file = path.relative_to(root).as_posix()
            for number, line in enumerate(path.read_text().splitlines(), 1):
                if complaint := complaint_about_line(root, file, line):
                    found.append(f"{file}:{number}: {complaint}: {line.strip()}")
    return found


class TheIncludeRule(unittest.TestCase):
    def test_holds_in_this_repository(self):
        if found := violations(ROOT):
            self.fail("\n" + "\n".join(found))

    def test_would_look_at_something(self):
        self.assertTrue(list((ROOT / "workflows").rglob("*.hpp")), f"no header under {ROOT}/workflows")


class APlantedViolation(unittest.TestCase):
    """A copy of the repository's sources, with one bad line in it."""

    def setUp(self):
        self.copy = Path(tempfile.mkdtemp(prefix="sagad-include-rule-"))
        self.addCleanup(shutil.rmtree, self.copy)
        for layer in LAYERS:
            for path in (ROOT / layer).rglob("*.[ch]pp"):
                target = self.copy / path.relative_to(ROOT)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
        for header in ("workflows", "actors", "adapters/memory", "adapters/sqlite", "tools"):
            self.plant(f"{header}/planted.hpp", "#pragma once")

    def plant(self, file, *lines):
        path = self.copy / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n")

    def assert_found(self, file, line):
        self.plant(file, "// a line before it", line)
        found = [v for v in violations(self.copy) if v.startswith(f"{file}:2: ") and v.endswith(line)]
        self.assertEqual(1, len(found), f"not found: {file}: {line}")

    def assert_allowed(self, file, line):
        self.plant(file, line)
        self.assertEqual([], [v for v in violations(self.copy) if v.startswith(f"{file}:")])

    def test_is_found_when_the_core_knows_somebody(self):
        for ours in ("actors", "adapters/sqlite", "tools"):
            self.assert_found("workflows/bad.cpp", f'#include "{ours}/planted.hpp"')
        for theirs in ("caf/actor.hpp", "pqxx/pqxx", "sqlite3.h", "SQLiteCpp/Database.h", "amqp.h", "spdlog/spdlog.h",
                       "boost/asio.hpp", "thread", "unistd.h", "absl/time/time.h"):
            self.assert_found("workflows/ports/bad.hpp", f"#include <{theirs}>")
        self.assert_found("workflows/bad.cpp", "auto now = std::chrono::system_clock::now();")

    def test_is_found_when_actors_and_adapters_meet(self):
        self.assert_found("actors/bad.hpp", '#include "adapters/memory/planted.hpp"')
        self.assert_found("actors/bad.cpp", "#include <sqlite3.h>")
        self.assert_found("adapters/memory/bad.cpp", '#include "actors/planted.hpp"')
        self.assert_found("adapters/memory/bad.cpp", '#include "adapters/sqlite/planted.hpp"')
        self.assert_found("adapters/sqlite/bad.cpp", "  #  include <caf/actor.hpp>".strip())

    def test_is_found_when_anybody_but_a_test_knows_the_tools(self):
        self.assert_found("actors/bad.cpp", '#include "tools/planted.hpp"')
        self.assert_found("adapters/sqlite/bad.cpp", '#include "tools/planted.hpp"')
        self.assert_found("tools/sagad/bad.cpp", '#include "tests/main.hpp"')

    def test_is_found_when_an_include_does_not_start_at_the_root(self):
        self.assert_found("actors/bad.cpp", '#include "planted.hpp"')
        self.assert_found("actors/bad.cpp", '#include "actors/../actors/planted.hpp"')
        self.assert_found("actors/bad.cpp", '#include "actors/missing.hpp"')
        self.assert_found("actors/bad.cpp", "#include <workflows/planted.hpp>")

    def test_is_found_when_somebody_else_has_a_main(self):
        for file in ("workflows/bad.cpp", "actors/main.cpp", "tools/sagad/bad.cpp", "tests/actors/bad.cpp"):
            self.assert_found(file, "int main(int argc, char** argv) {")

    def test_is_not_seen_in_what_is_allowed(self):
        self.assert_allowed("tools/planted/main.cpp", "int main() {")
        self.assert_allowed("tools/planted/run.cpp", '#include "adapters/sqlite/planted.hpp"')
        self.assert_allowed("tests/contracts/planted.cpp", '#include "adapters/memory/planted.hpp"')
        self.assert_allowed("adapters/sqlite/planted.cpp", "#include <SQLiteCpp/SQLiteCpp.h>")
        self.assert_allowed("actors/planted.cpp", '#include "workflows/planted.hpp"')
        self.assert_allowed("workflows/planted.cpp", "#include <nlohmann/json.hpp>")


class EveryTestRuns(unittest.TestCase):
    """CMake picks tests by name and folder; a test that it does not pick would pass for ever."""

    def test_python_tests_are_named_test(self):
        for path in (ROOT / "tests").rglob("*.py"):
            if re.search(r"^\s+def test_", path.read_text(), re.M):
                with self.subTest(file=path.relative_to(ROOT).as_posix()):
                    self.assertRegex(path.name, r"_test\.py$")
                    self.assertIn(path.parent, [ROOT / "tests" / folder for folder in ("house", "blackbox", "cluster")])

    def test_catch2_tests_stand_in_a_suite(self):
        suites = re.findall(r"^add_suite\((\w+)", (ROOT / "tests/CMakeLists.txt").read_text(), re.M) + ["fuzz"]
        for path in (ROOT / "tests").rglob("*.cpp"):
            with self.subTest(file=path.relative_to(ROOT).as_posix()):
                self.assertIn(path.relative_to(ROOT / "tests").parts[0], suites)


if __name__ == "__main__":
    unittest.main()
