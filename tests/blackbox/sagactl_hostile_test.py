"""Submissions by people who mean harm or mistype: refused by code and field, and nothing is changed by them."""
import json
import unittest

from shop import ShopTest, order

MEGABYTE = 1_000_000


def line(**changes):
    """A good line with changes; None takes a member away."""
    member = {"sku": "late_token", "quantity": 1, **changes}
    return {k: v for k, v in member.items() if v is not None}


def submission(**changes):
    body = {"order_id": "evil", "customer_id": "mallory", "lines": [line()], **changes}
    return {k: v for k, v in body.items() if v is not None}


def with_quantity(text):
    """Quantities that json.dumps would not write."""
    return json.dumps(submission()).replace('"quantity": 1', f'"quantity": {text}')


# What is submitted, the code and the field of the refusal.
HOSTILE = [
    ("negative quantity", submission(lines=[line(quantity=-1)]), "OUT_OF_RANGE", "lines[0].quantity"),
    ("zero quantity", submission(lines=[line(quantity=0)]), "OUT_OF_RANGE", "lines[0].quantity"),
    ("huge quantity", submission(lines=[line(quantity=2**63 - 1)]), "OUT_OF_RANGE", "lines[0].quantity"),
    ("quantity of 64 bits", submission(lines=[line(quantity=2**64)]), "OUT_OF_RANGE", "lines[0].quantity"),
    ("quantity of 4,000 digits", with_quantity("9" * 4000), "OUT_OF_RANGE", "lines[0].quantity"),
    ("total above 64 bits", submission(lines=[line(sku="gold", quantity=10**15)]), "TOTAL_OVERFLOW",
     "lines[0].quantity"),
    ("total too large over two lines", submission(lines=[line(sku="gold")] * 2), "TOTAL_OVERFLOW", "lines[1].quantity"),
    ("a float", with_quantity("1.0"), "WRONG_TYPE", "lines[0].quantity"),
    ("an exponent", with_quantity("1e3"), "WRONG_TYPE", "lines[0].quantity"),
    ("a number in quotes", with_quantity('"1"'), "WRONG_TYPE", "lines[0].quantity"),
    ("true for one", with_quantity("true"), "WRONG_TYPE", "lines[0].quantity"),
    ("not a number", with_quantity("NaN"), "MALFORMED_JSON", None),
    ("negative expected price", submission(lines=[line(unit_price=-1)]), "OUT_OF_RANGE", "lines[0].unit_price"),
    ("another price than expected", submission(lines=[line(unit_price=2)]), "PRICE_CHANGED", "lines[0].unit_price"),
    ("an item that is not sold", submission(lines=[line(), line(sku="nope")]), "UNKNOWN_SKU", "lines[1].sku"),
    ("no lines", submission(lines=[]), "OUT_OF_RANGE", "lines"),
    ("1,001 lines", submission(lines=[line()] * 1001), "OUT_OF_RANGE", "lines"),
    ("lines that are none", submission(lines="all"), "WRONG_TYPE", "lines"),
    ("a missing customer", submission(customer_id=None), "MISSING_FIELD", "customer_id"),
    ("a missing quantity", submission(lines=[line(quantity=None)]), "MISSING_FIELD", "lines[0].quantity"),
    ("an unknown field", submission(discount=100), "UNKNOWN_FIELD", "discount"),
    ("an unknown field in a line", submission(lines=[line(quantitty=1)]), "UNKNOWN_FIELD", "lines[0].quantitty"),
    ("an empty customer", submission(customer_id=""), "INVALID_ID", "customer_id"),
    ("a path for an id", submission(order_id="../../etc/passwd"), "INVALID_ID", "order_id"),
    ("SQL for an id", submission(order_id="o'; DROP TABLE orders; --"), "INVALID_ID", "order_id"),
    ("an id of 129 characters", submission(order_id="x" * 129), "INVALID_ID", "order_id"),
    ("a key given twice", '{"customer_id":"a","customer_id":"b","lines":[]}', "DUPLICATE_FIELD", "customer_id"),
    ("an unknown kind of fault", submission(faults=[{"step": "accept", "kind": "explode"}]), "UNKNOWN_KIND",
     "faults[0].kind"),
    ("a fault on no step", submission(faults=[{"step": "pay", "kind": "kill"}]), "UNKNOWN_STEP", "faults[0].step"),
    ("nonsense", "lorem ipsum", "MALFORMED_JSON", None),
    ("an array", "[]", "WRONG_TYPE", None),
    ("half an object", '{"order_id": "evil"', "MALFORMED_JSON", None),
    ("two objects on a line", json.dumps(submission()) * 2, "MALFORMED_JSON", None),
    ("invalid UTF-8", b'{"order_id":"evil","customer_id":"\xc3\x28"}', "MALFORMED_JSON", None),
    ("a zero byte", b'{"order_id":"evil"}\x00{}', "MALFORMED_JSON", None),
    ("an escaped zero byte", '{"order_id":"evil\\u0000"}', "INVALID_ID", "order_id"),
    ("half a surrogate pair", '{"order_id":"\\ud800"}', "MALFORMED_JSON", None),
    ("100,000 levels deep", "[" * 100_000, "TOO_DEEP", "[0]" * 16),
    ("objects 100,000 levels deep", '{"lines":' * 100_000, "TOO_DEEP", ".".join(["lines"] * 16)),
    ("ten megabytes of brackets", "[" * 10 * MEGABYTE, "TOO_LARGE", None),
    ("ten megabytes of zero bytes", b"\x00" * 10 * MEGABYTE, "TOO_LARGE", None),
    ("ten megabytes in one string", submission(order_id="x" * 10 * MEGABYTE), "TOO_LARGE", None),
]


def as_bytes(body):
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body)).encode()


class HostileSubmissions(ShopTest):
    def picture(self, shop):
        """All that an order could change."""
        lists = [("order", "list"), ("wallet", "list"), ("stock", "show"), ("catalog", "list")]
        return [shop.do(*verb) for verb in lists]

    def test_hostile_submissions_are_refused_by_code_and_field_and_change_nothing(self):
        shop = self.open_shop()
        shop.stock_up()
        shop.stock_up("gold", price=10**15)
        shop.do("wallet", "credit", "mallory", 1)
        before = self.picture(shop)

        result = shop.submit_raw(b"\n".join(as_bytes(body) for _, body, _, _ in HOSTILE))

        self.assertEqual(result.code, 1)
        answers = result.json_lines()
        self.assertEqual(len(answers), len(HOSTILE))
        for number, (answer, (what, _, code, field)) in enumerate(zip(answers, HOSTILE), start=1):
            with self.subTest(what):
                self.assert_fields(answer, {"accepted": False, "duplicate": False})
                self.assert_fields(answer["error"], {"code": code, "field": field, "line": number})
                self.assertIn(field or "", answer["error"]["message"])
        self.assertEqual(self.picture(shop), before)

    def test_a_good_order_among_bad_ones_is_accepted(self):
        shop = self.open_shop()
        shop.stock_up()
        text = b"\xff\xfe nonsense\n" + json.dumps(order("o-1")).encode() + b"\n" + b"[" * 2 * MEGABYTE + b"\n"
        answers = shop.submit_raw(text).json_lines()
        self.assertEqual([a["accepted"] for a in answers], [False, True, False])
        self.assertEqual(shop.when_over("o-1")["o-1"]["outcome"], "SUCCESS")

    def test_instructions_to_fail_are_refused_where_they_are_not_allowed(self):
        shop = self.open_shop(allow_faults=False)
        shop.stock_up()
        answer = shop.submit(order("o-1", faults=[{"step": "charge-payment", "kind": "kill"}]))[0]
        self.assertEqual(answer["accepted"], False)
        self.assert_fields(answer["error"], {"code": "FAULTS_NOT_ALLOWED", "field": "faults"})
        self.assertEqual(shop.orders(), {})


if __name__ == "__main__":
    unittest.main()
