"""deploy/protocol/: schemas, examples, documents and queue names tell the same story. The C++ tests in
tests/workflows/wire/ hold the code to the same examples."""
import json
import os
import re
import unittest
from pathlib import Path

from jsonschema import Draft202012Validator

ROOT = Path(os.environ.get("SAGAD_ROOT", Path(__file__).resolve().parents[2]))
PROTOCOL = ROOT / "deploy" / "protocol"
SUBJECTS = ["submission", "submission-answer", "command", "reply", "event", "dead-letter-headers"]


def load(kind, name):
    return json.loads((PROTOCOL / kind / name).read_text(encoding="utf-8"))


def schema_of(subject):
    return load("schemas", f"{subject}.schema.json")


def queue_names():
    text = (ROOT / "workflows/wire/queue_names.hpp").read_text()
    return dict(re.findall(r'std::string_view (\w+) = "([^"]+)"', text))


def messages_in(block):
    """The JSON documents that stand in a text one after the other."""
    found, decoder = [], json.JSONDecoder()
    while block.strip():
        message, end = decoder.raw_decode(block.lstrip())
        found.append(message)
        block = block.lstrip()[end:]
    return found


class SchemaTest(unittest.TestCase):
    def test_there_is_a_schema_and_examples_for_each_subject_and_no_others(self):
        self.assertEqual(sorted(p.name for p in (PROTOCOL / "schemas").iterdir()),
                         sorted(f"{s}.schema.json" for s in SUBJECTS))
        self.assertEqual(sorted(p.stem for p in (PROTOCOL / "examples").iterdir()), sorted(SUBJECTS))

    def test_each_schema_is_one(self):
        for subject in SUBJECTS:
            with self.subTest(subject):
                schema = schema_of(subject)
                Draft202012Validator.check_schema(schema)
                self.assertEqual(schema["$schema"], "https://json-schema.org/draft/2020-12/schema")
                self.assertEqual(schema["$id"], f"urn:sagad:{subject}")
                self.assertTrue(schema["title"] and schema["description"])

    def test_each_good_example_fits_its_schema(self):
        for subject in SUBJECTS:
            validator = Draft202012Validator(schema_of(subject))
            for name, message in load("examples", f"{subject}.json")["good"].items():
                with self.subTest(subject=subject, example=name):
                    self.assertEqual([problem.message for problem in validator.iter_errors(message)], [])

    def test_each_refused_example_breaks_its_schema(self):
        for subject in SUBJECTS:
            validator = Draft202012Validator(schema_of(subject))
            refused = load("examples", f"{subject}.json")["refused"]
            self.assertTrue(refused, subject)
            for name, example in refused.items():
                with self.subTest(subject=subject, example=name):
                    self.assertFalse(validator.is_valid(example["message"]))

    def test_every_field_that_a_schema_knows_is_shown_by_an_example(self):
        for subject in SUBJECTS:
            shown = set().union(*load("examples", f"{subject}.json")["good"].values())
            with self.subTest(subject):
                optional = {"traceparent"} if subject == "dead-letter-headers" else set()
                self.assertEqual(set(schema_of(subject)["properties"]) - optional, shown)


class DocumentTest(unittest.TestCase):
    def test_the_asyncapi_document_refers_to_every_schema_and_to_nothing_that_is_not_there(self):
        text = (PROTOCOL / "asyncapi.yaml").read_text(encoding="utf-8")
        referred = set(re.findall(r"\$ref: *['\"]?\./([^'\"\s]+)", text))
        self.assertEqual(referred, {f"schemas/{subject}.schema.json" for subject in SUBJECTS})
        keys = {line.strip().rstrip(":") for line in text.splitlines() if line.strip().endswith(":")}
        for pointer in re.findall(r"\$ref: *['\"]?#/([^'\"\s]+)", text):
            self.assertIn(pointer.split("/")[-1], keys, pointer)

    def test_the_documents_name_every_queue_and_exchange_as_the_code_does(self):
        for document in ("asyncapi.yaml", "README.md"):
            text = (PROTOCOL / document).read_text(encoding="utf-8")
            missing = [name for constant, name in queue_names().items()
                       if name not in text and (document == "README.md" or not constant.endswith("_header"))]
            self.assertEqual(missing, [], document)

    def test_the_guide_names_every_field_of_what_a_participant_reads_and_writes(self):
        text = (PROTOCOL / "README.md").read_text(encoding="utf-8")
        for subject in ("command", "reply", "event"):
            missing = [field for field in schema_of(subject)["properties"]
                       if f"`{field}`" not in text and f'"{field}":' not in text]
            self.assertEqual(missing, [], subject)

    def test_each_message_that_the_guide_shows_fits_a_schema(self):
        text = (PROTOCOL / "README.md").read_text(encoding="utf-8")
        validators = [Draft202012Validator(schema_of(subject)) for subject in SUBJECTS if "headers" not in subject]
        shown = [message for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL) for message in messages_in(block)]
        self.assertGreater(len(shown), 4)
        for message in shown:
            self.assertTrue(any(each.is_valid(message) for each in validators), message)


if __name__ == "__main__":
    unittest.main()
