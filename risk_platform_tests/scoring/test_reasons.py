"""Reasons: true, in fixed sentences of two languages, for whatever a model can read."""

import re

import numpy as np
import pytest

from risk_platform.features.definitions import FEATURE_NAMES, directions_of
from risk_platform.scoring.points import points_of_log_odds
from risk_platform.scoring.reason_texts import MATTERS
from risk_platform.scoring.reasons import Reason, Reasons

# Words by which a sentence says that more, or less, of something is what raised the risk.
DIRECTED = re.compile(r"\btoo\b|demasiad|muy poc")
# What no sentence may speak of: the prohibited bases of 12 CFR 1002.2(z), and what stands for them.
PROHIBITED = re.compile(
    r"\b(race|racial|colou?r|religio\w*|national|origin|sex|gender|married|marital|spouse|famil\w*|"
    r"child\w*|age|old|young|welfare|assistance|zip|neighbou?rhood|"
    r"raza|religi\w*|nacional\w*|origen|sexo|género|casad\w*|cónyuge|famili\w*|hij\w*|edad|barrio)\b",
    re.IGNORECASE,
)
SENTENCES = {
    matter: (matter.english, matter.spanish, matter.missing_english, matter.missing_spanish)
    for matter in MATTERS.values()
}
INPUTS = ("fico_mid", "inq_last_6mths", "inq_fi", "dti", "int_rate", "sec_app_fico_mid", "term")
NONE = np.zeros(len(INPUTS), dtype=np.bool_)


def told(contributions: list[float], lacking: str = "", not_asked: str = "") -> list[str]:
    """Return the codes of the reasons of one application."""
    return [reason.code for reason in reasons(contributions, lacking, not_asked)]


def reasons(contributions: list[float], lacking: str = "", alone: str = "") -> tuple[Reason, ...]:
    """Return the reasons of one application, of which some inputs are lacking or not asked."""
    without = np.array([name in lacking.split() for name in INPUTS])
    unasked = np.array([name in alone.split() for name in INPUTS])
    return Reasons(INPUTS).of(np.array(contributions), without, unasked)


def test_every_input_that_there_is_has_its_sentences() -> None:
    """Each feature is of one reason, with sentences in both languages, given or not."""
    assert set(MATTERS) == set(FEATURE_NAMES)
    assert all(len(sentence) > 10 for of in SENTENCES.values() for sentence in of)
    assert all("not given" in matter.missing_english for matter in SENTENCES)
    assert all(matter.missing_spanish.startswith("No se indic") for matter in SENTENCES)


def test_no_two_reasons_are_alike() -> None:
    """Codes and sentences tell them apart."""
    sentences = [sentence for of in SENTENCES.values() for sentence in of]
    assert len({*sentences}) == len(sentences)
    assert len({matter.code for matter in SENTENCES}) == len(SENTENCES)


@pytest.mark.parametrize("name", FEATURE_NAMES)
def test_a_sentence_says_a_direction_only_where_credit_sense_binds_it(name: str) -> None:
    """To say "too many" of what may lower a risk as well would be untrue of some applicant."""
    matter = MATTERS[name]
    if any(map(DIRECTED.search, (matter.english.lower(), matter.spanish.lower()))):
        assert name in directions_of([name])
        assert all(map(DIRECTED.search, (matter.english.lower(), matter.spanish.lower())))


def test_no_sentence_speaks_of_what_must_not_count() -> None:
    """Nor of anything that is known to stand for it."""
    assert [s for of in SENTENCES.values() for s in of if PROHIBITED.search(s)] == []


def test_inputs_of_one_matter_add_up() -> None:
    """Two that count inquiries are one reason, though each of them is behind another."""
    assert told([0.3, 0.2, 0.2, 0.1, 0.0, 0.0, 0.0]) == ["AA07", "AA01", "AA05"]


def test_the_four_strongest_are_told() -> None:
    """And none that lowered the risk, or left it as it was."""
    assert told([0.1, 0.2, 0.0, 0.3, 0.4, 0.5, 0.6]) == ["AA21", "AA34", "AA40", "AA05"]
    assert told([-0.1, 0.2, -0.3, 0.0, 0.0, -1.0, 0.0]) == []


def test_what_was_not_given_is_a_reason_of_its_own() -> None:
    """Apart from what is known of the same matter."""
    assert told([0.0, 0.2, 0.3, 0.0, 0.0, 0.0, 0.0], lacking="inq_fi") == ["AM07", "AA07"]


def test_what_is_asked_of_two_counts_for_there_being_one() -> None:
    """Nobody is told that a co-applicant's score is too low who has no co-applicant."""
    assert told([0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 0.0], not_asked="sec_app_fico_mid") == ["AA26"]


def test_a_reason_tells_by_how_much_it_raised_the_risk() -> None:
    """In log-odds, and in the points that it took: 20 double the odds."""
    (reason,) = reasons([np.log(2), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert (reason.text, reason.text_es) == (
        "Credit score too low",
        "Puntaje de crédito demasiado bajo",
    )
    assert (reason.contribution, reason.points) == (pytest.approx(np.log(2)), pytest.approx(20.0))
    assert points_of_log_odds(-np.log(2)) == pytest.approx(-20.0)


def test_a_price_is_told_as_a_price() -> None:
    """The lender's own judgement is named, not hidden behind the borrower's debts."""
    (reason,) = reasons([0.0, 0.0, 0.0, 0.0, 0.5, 0.0, 0.0])
    assert reason.text == "Priced by the lender as a higher risk"
