"""One client that sends what nobody else sends is found, and the others are not stopped for it."""

from dataclasses import replace

import numpy as np
import pytest

from risk_platform.evaluation.drift.counted import seen
from risk_platform.evaluation.drift.decision import DriftReport, judge, judge_window
from risk_platform.evaluation.drift.window import Window
from risk_platform.handover.drift import Light
from risk_platform_tests.evaluation.drift.small_world import (
    KEYS,
    REFERENCE,
    Loans,
    loans,
    number,
    predict,
    window_of,
    with_input,
)


def with_rogue(
    many: int, seed: int, share: float, *, rogues: int = 1, factor: float = 20
) -> Window:
    """Return decisions of which one key, or several, give a share, and tell incomes otherwise."""
    of = loans(many, seed)
    window = window_of(of, KEYS)
    keys = window.keys.copy()
    theirs = np.random.default_rng(seed).random(many) < share
    keys[theirs] = np.resize(
        np.array([f"rogue{n}" for n in range(rogues)], np.object_), theirs.sum()
    )
    income = number(of, "annual_inc")
    changed: Loans = with_input(of, "annual_inc", np.where(theirs, income * factor, income))
    return replace(window, inputs=changed, pds=predict(changed), keys=keys)


def second(share: float, **given: float) -> DriftReport:
    """Judge the second of two windows in which a key is rogue."""
    first = judge_window(REFERENCE, with_rogue(4_000, 21, share, **given))  # pyright: ignore[reportArgumentType]
    return judge_window(REFERENCE, with_rogue(4_000, 22, share, **given), first.suspected)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("share", [0.15, 0.3, 0.6, 0.9])
def test_one_rogue_key_is_named(share: float) -> None:
    """However much it sends: of the window it has a fifth at the most."""
    report = second(share)
    assert (report.light, report.key) == (Light.RED, "rogue0")
    assert report.sentence.endswith("Without the decisions of key rogue0 it would not be so.")


def test_it_is_named_at_once_where_what_it_sends_is_gross() -> None:
    """Of six hundred loans, which are too few to say anything else of."""
    report = judge_window(REFERENCE, with_rogue(600, 21, 0.3, factor=1e6))
    assert (report.light, report.key) == (Light.RED, "rogue0")


def sent_by(key: str, window: Window, share: float, name: str, value: object) -> Window:
    """Return decisions of which one key gave a share, and said one thing of an input."""
    many = window.loans
    theirs = np.random.default_rng(3).random(many) < share
    said = np.where(theirs, np.full(many, value, window.inputs[name].dtype), window.inputs[name])
    changed = with_input(window.inputs, name, said)
    keys = np.where(theirs, np.full(many, key, np.object_), window.keys)
    return replace(window, inputs=changed, pds=predict(changed), keys=keys)


@pytest.mark.parametrize("share", [0.03, 0.045, 0.06])
def test_a_small_key_is_named_too(share: float) -> None:
    """Of an input that is known of half of all, few values beyond training are many."""
    window = window_of(loans(2_000, 21), KEYS)
    report = judge_window(REFERENCE, sent_by("rogue", window, share, "mths_since_last_delinq", 9e3))
    assert (report.light, report.key) == (Light.RED, "rogue")


@pytest.mark.parametrize("share", [0.03, 0.045])
def test_a_small_key_with_labels_of_its_own_is_named(share: float) -> None:
    """Two windows confirm it; nobody else is stopped for it."""
    first, second = (
        sent_by("rogue", window_of(loans(2_000, seed), KEYS), share, "purpose", "yacht")
        for seed in (21, 22)
    )
    report = judge_window(REFERENCE, second, judge_window(REFERENCE, first).suspected)
    assert (report.light, report.key) == (Light.RED, "rogue")


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("many", "share"), [(2_000, 0.98), (2_000, 0.99), (600, 0.9), (600, 0.95)])
def test_a_flood_of_one_key_stops_nobody_else(many: int, share: float, seed: int) -> None:
    """What little the others sent is not called another population by chance."""
    window = with_rogue(many, 30 + seed, share, factor=1e6)
    report = judge_window(REFERENCE, window)
    assert (report.light, report.key) == (Light.RED, "rogue0")


@pytest.mark.parametrize("others", [("quiet",), KEYS])
def test_a_flood_of_one_key_hides_nobody_else(others: tuple[str, ...]) -> None:
    """Nine tenths are as they should be, and all the others' incomes are missing."""
    window = window_of(loans(2_200, 21), others)
    flood = np.arange(window.loans) % 10 > 0
    income = np.where(flood, number(window.inputs, "annual_inc"), np.nan)
    keys = np.where(flood, np.full(window.loans, "flood", np.object_), window.keys)
    changed = with_input(window.inputs, "annual_inc", income)
    window = replace(window, inputs=changed, pds=predict(changed), keys=keys)
    as_it_came = judge(REFERENCE, seen(REFERENCE, window), ())
    report = judge_window(REFERENCE, window)
    assert as_it_came.light is not Light.RED
    assert report.light is Light.RED
    assert report.key == ("quiet" if len(others) == 1 else "")


def test_what_all_keys_send_is_nobodys_alone() -> None:
    """Then all are stopped."""
    of = loans(4_000, 21)
    changed = with_input(of, "fico_mid", number(of, "fico_mid") - 60)
    report = judge_window(REFERENCE, window_of(changed, KEYS))
    assert (report.light, report.key) == (Light.RED, "")


def test_of_two_rogue_keys_neither_is_named() -> None:
    """Without either the window is still red: all are stopped, which is the safe side."""
    report = second(0.5, rogues=2)
    assert (report.light, report.key) == (Light.RED, "")


def test_a_key_that_is_alone_is_not_named() -> None:
    """To suspend it would be to stop all; so all is stopped, which a person must undo."""
    of = loans(4_000, 21)
    changed = with_input(of, "fico_mid", number(of, "fico_mid") - 60)
    report = judge_window(REFERENCE, window_of(changed, ["only"]))
    assert (report.light, report.key) == (Light.RED, "")


def test_without_the_cap_one_key_drowns_the_others() -> None:
    """The unsafe way: judged as they came, nine tenths of the window are a rogue's."""
    window = with_rogue(20_000, 21, 0.9)
    as_it_came = judge(REFERENCE, seen(REFERENCE, window), ())
    fair = judge_window(REFERENCE, window)
    unsafe, safe = (
        next(f.distance.ks or 0 for f in report.findings if f.signal.input == "annual_inc")
        for report in (as_it_came, fair)
    )
    assert unsafe > 0.7
    assert safe < 0.25
    assert fair.left_out > 2_000
