"""Reading bytes: strict JSON into the contract's names and types, or a refusal that says where."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_platform.contract.column import Column, DType
from risk_platform.contract.columns import BY_NAME
from risk_platform.errors.applications import InvalidApplicationError, MalformedBodyError
from risk_platform.features.parse import Value, parse_value
from risk_platform.scoring.examples import EXAMPLES
from serving.fields import ACCEPTED
from serving.reading import MOST_FAULTS, read_application, read_batch
from serving.strict_json import first_repeated_name, has_repeated_names, pointer

NUMBERS = [of for of in ACCEPTED if of.dtype in {DType.FLOAT, DType.INTEGER, DType.PERCENT}]
WORDS = [of for of in ACCEPTED if of not in NUMBERS]


def body(application: Any) -> bytes:
    """Return JSON."""
    return json.dumps(application).encode()


def known(column: Column, value: Value) -> dict[str, Value]:
    """Return what is known of an application that gives one value."""
    return {} if value is None else {column.name: value}


def refused(raw: bytes) -> InvalidApplicationError:
    """Return the refusal of an application."""
    with pytest.raises(InvalidApplicationError) as caught:
        read_application(raw)
    return caught.value


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_application_is_read_as_raw_files_are(name: str) -> None:
    """Each value is what ``parse_value`` makes of the same text, to the bit."""
    read = read_application(body(dict(EXAMPLES[name])))
    wanted = {k: parse_value(BY_NAME[k], raw) for k, raw in EXAMPLES[name].items()}
    assert read.given == {k: value for k, value in wanted.items() if value is not None}


@settings(max_examples=300)
@given(st.sampled_from(NUMBERS), st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_a_number_is_read_as_its_digits_are(column: Column, number: float) -> None:
    """A number that is given as one skips the parsing of texts, and nothing else."""
    text = json.dumps(number)
    try:
        wanted = parse_value(column, text)
        is_good = wanted is None or column.low <= wanted <= column.high  # pyright: ignore[reportOperatorIssue]
    except ValueError:
        wanted, is_good = None, False
    raw = f'{{"{column.name}": {text}}}'.encode()
    if is_good:
        assert read_application(raw).given == known(column, wanted)
    else:
        assert [fault.pointer for fault in refused(raw).faults] == [f"/{column.name}"]


@settings(max_examples=300)
@given(st.sampled_from(WORDS), st.text(max_size=12) | st.sampled_from(["", " ", "n/a", "RENT"]))
def test_a_word_is_read_as_raw_files_are(column: Column, word: str) -> None:
    """What ``parse_value`` takes within the column's range is taken, and nothing else."""
    try:
        wanted = parse_value(column, word)
        low, high = column.low, column.high
        is_good = not isinstance(wanted, float) or low is None or low <= wanted <= (high or 0)
    except ValueError:
        wanted, is_good = None, False
    if is_good and "\0" not in word:
        assert read_application(body({column.name: word})).given == known(column, wanted)
    else:
        assert [fault.pointer for fault in refused(body({column.name: word})).faults]


def test_every_bounded_number_is_told_by_a_double() -> None:
    """Within a column's range a double holds every whole number, so none is rounded unseen."""
    assert all(of.high is not None and of.high < 2**53 for of in NUMBERS)


@settings(max_examples=500)
@given(st.data())
def test_a_name_that_stands_twice_is_found(data: st.DataObject) -> None:
    """Whatever stands in texts and names: colons, quotes, escapes."""
    name = st.text(alphabet=':"\\{}a', max_size=3)
    pairs = data.draw(st.lists(st.tuples(name, name), max_size=6))
    members = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in pairs]
    raw = f"{{{', '.join(members)}}}".encode()
    names = {key for key, _ in pairs}
    assert has_repeated_names(raw, len(names)) == (len(names) < len(pairs))
    if len(names) < len(pairs):
        assert [key for key, _ in pairs].count(first_repeated_name(raw)[1]) > 1


def test_where_a_name_stands_twice_is_told() -> None:
    """In one application, and in one of many."""
    with pytest.raises(MalformedBodyError) as one:
        read_application(b'{"dti": 1, "loan_amnt": 5000, "d\\u0074i": 2}')
    assert [fault.pointer for fault in one.value.faults] == ["/dti"]
    with pytest.raises(MalformedBodyError) as many:
        read_batch(b'{"applications": [{}, {"dti": 1, "dti": 1}]}')
    assert [fault.pointer for fault in many.value.faults] == ["/applications/1/dti"]
    with pytest.raises(MalformedBodyError):
        read_batch(b'{"applications": [{}], "applications": [{}]}')


def test_a_name_that_could_be_a_secret_is_not_shown() -> None:
    """The pointer leads to what holds it: a name of ours looks like a name."""
    faults = refused(body({"4111 1111 1111 1111": 1, "a/b": 2, "x" * 65: 3, "anual_inc": 4})).faults
    assert [fault.pointer for fault in faults] == ["", "", "", "/anual_inc"]


def test_a_pointer_is_escaped() -> None:
    """As RFC 6901 says."""
    assert pointer("applications", 3, "a/b~c") == "/applications/3/a~1b~0c"


def test_the_first_faults_are_told_and_all_are_counted() -> None:
    """A guess at what was meant takes a while, so it is made for those alone."""
    error = refused(body({f"anual_inc{number}": 1 for number in range(2_000)}))
    assert len(error.faults) == MOST_FAULTS
    assert str(error) == "2000 places cannot be read"


@settings(max_examples=500)
@given(
    st.binary(max_size=40)
    | st.text(alphabet='{}[]":,0123456789.eE+-\\ud8nulltrefas ').map(str.encode)
)
def test_bytes_are_read_or_refused(raw: bytes) -> None:
    """Nothing else happens, whatever comes."""
    for read in (read_application, read_batch):
        with suppress(MalformedBodyError, InvalidApplicationError):
            read(raw)
