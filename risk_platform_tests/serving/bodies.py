"""A corpus of bodies that no service may take for an application, made of a few tables."""

from collections.abc import Iterator

from risk_platform.scoring.examples import EXAMPLES

# Literals where JSON has a value; none of them is one, or none that a double holds.
NO_VALUES = (
    "NaN", "-NaN", "nan", "Infinity", "-Infinity", "+Infinity", "inf", "1e999", "-1e999",
    "1e400", "9" * 400 + ".0", "9" * 5_000, "-" + "9" * 5_000, "1e99999999999999999999", "01",
    "-01", "00", "+1", "1.", ".5", "-.5", "-", "--1", "1e", "1e+", "1E-", "0x10", "0b1", "0o7",
    "1_000", "1,000", "1 000", "1f", "1L", "1n", "0xFF", "None", "True", "FALSE", "nul", "nulll",
    "undefined", "'x'", "`x`", "x", "/x/", "#", "\\u0031", "١٢", "½", "1;", "(1)", "<1>", '"',
    '"\\', '"x', '"\\x41"', '"\\u12"', '"\\uZZZZ"', '"\\ud800"', '"\\udc00"',
    '"\\udc00\\ud800"', '"\\ud800x"', '"\\ud800\\ud800"', '"a\nb"', '"a\tb"',
    '"\x00"', '"\x1f"', "[1", '{"a"', "{1: 2}", "[1,]", "{,}", '{"a":1,}', "", ",",
)  # fmt: skip
# Whole bodies that are no JSON, or not in UTF-8.
NO_JSON = (
    b"", b" ", b"\n", b"\x00", b"{", b"}", b"{}}", b"{}{}", b"{} {}", b"{},", b"{};", b"{}x",
    b"{}\x00", b"\x00{}", b"\xef\xbb\xbf{}", b"{}\xef\xbb\xbf", b"\xff\xfe{\x00}\x00",
    b"\xfe\xff\x00{\x00}", b"{\x00}\x00", b"\x00{\x00}", b"\xff", b"\x80", b"\xc0\xaf", b"\xa0{}",
    b"\x0b{}", b"\x0c{}", b"\xe2\x80\xa8{}", b"/**/{}", b"{}//", b"{/**/}", b"#\n{}", b"<a/>",
    b"a=1&b=2", b"--x\r\n", b"---\na: 1\n", b"\x1f\x8b\x08\x00", b"\x80\x04K\x01.",
    b"\x81\xa3dti\x01", b'{"dti"}', b'{"dti":}', b'{"dti" 1}', b'{"dti"=1}', b"{dti:1}",
    b"{'dti':1}", b'{"dti":1 "term":36}', b'{"dti":1,,"term":36}', b'{"dti":1',
    b'["dti", 1', b'{"\xff":1}', b'{"emp_title":"\xff"}', b'{"emp_title":"\xed\xa0\x80"}',
    b'{"emp_title":"\xc0\x80"}', b'{"emp_title":"\xf4\x90\x80\x80"}', b"[" * 60_000,
    b"[" * 1_500 + b"]" * 1_500, b'{"a":' * 9_000 + b"1" + b"}" * 9_000, b")]}',\n{}",
    b"while(1);{}", b'{"dti":1}\n{"dti":2}', b"\x1e{}\n",
)  # fmt: skip
# JSON that is no application.
NO_APPLICATIONS = (
    b"[]", b"null", b"true", b"1", b"-0", b'""', b'"{}"', b"[{}]", b"[[]]",
    b'{"applications":[{}]}', b'{"":1}', b'{" dti":1}', b'{"DTI":1}', b'{"dti\\u0000":1}',
    b'{"__proto__":{}}', b'{"constructor":1}', b'{"$ref":"#"}', b'{"total_pymnt":1}',
    b'{"loan_status":"Current"}', b'{"recoveries":0}', b'{"d\\u0442i":1}',
)  # fmt: skip
WRONG_VALUES = (
    "true", "false", "[]", "{}", "[1]", '{"a":1}', '"x"', '"12"', "-1e300", "1e300",
    "99999999999999999999", "1e-999999e", '"\\u0000"', '"\\ud83d\\ude00"', '" \\u00a0"',
)  # fmt: skip
FIELDS = ("loan_amnt", "open_acc", "term", "emp_length", "issue_d", "home_ownership")


def bodies() -> Iterator[bytes]:
    """Return the corpus: every one of its bodies is to be refused."""
    yield from NO_JSON
    yield from NO_APPLICATIONS
    for literal in NO_VALUES:
        value = literal.encode()
        yield b'{"annual_inc":' + value + b"}"
        yield b'{"loan_amnt":5000,"emp_title":' + value + b',"dti":1}'
    for field in FIELDS:
        for value in WRONG_VALUES:
            yield f'{{"{field}":{value}}}'.encode()
    for name, raw in EXAMPLES["joint"].items():
        value = f'"{raw}"' if isinstance(raw, str) else str(raw)
        yield f'{{"{name}":{value},"{name}":{value}}}'.encode()
        escaped = f"\\u{ord(name[0]):04x}{name[1:]}"
        yield f'{{"{name}":null,"{escaped}":{value}}}'.encode()
        yield f'{{"{name}":{value}'.encode()
        yield f'{{"{name}":{value}}}'.encode("utf-16")
