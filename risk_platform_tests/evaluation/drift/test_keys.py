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
