"""The letter: fixed sentences, the decision's own reasons, in the language that was asked for."""

from datetime import UTC, datetime
from typing import Any

from serving.control_tower.language import Language
from serving.control_tower.letter import letter

DAY = datetime(2026, 1, 2, tzinfo=UTC)
ANSWER: dict[str, Any] = {
    "decision_id": "01-a",
    "verdict": "decline",
    "reasons": [
        {"text": "Debts are high", "text_es": "Las deudas son altas"},
        {"text": "Short history", "text_es": "Historial corto"},
    ],
}


def test_a_letter_gives_the_reasons_in_their_order() -> None:
    """In either language, with the decision that it is about."""
    english = letter(ANSWER, Language.ENGLISH, DAY)
    assert "1. Debts are high\n  2. Short history" in english
    assert "decision 01-a" in english
    assert "Equal Credit Opportunity Act" in english
    assert "1. Las deudas son altas" in letter(ANSWER, Language.SPANISH, DAY)


def test_a_letter_bears_its_day_as_letters_do() -> None:
    """In words, so that nobody takes the month for the day."""
    assert letter(ANSWER, Language.ENGLISH, DAY).startswith("2 January 2026\n")
    assert letter(ANSWER, Language.SPANISH, DAY).startswith("2 de enero de 2026\n")


def test_who_is_referred_is_told_that_a_person_looks() -> None:
    """It is not declined."""
    text = letter({**ANSWER, "verdict": "refer"}, Language.ENGLISH, DAY)
    assert "credit officer" in text
    assert "unable to approve" not in text


def test_who_is_approved_gets_none() -> None:
    """Nobody is owed reasons."""
    assert letter({**ANSWER, "verdict": "approve"}, Language.ENGLISH, DAY) == ""


def test_the_same_decision_gives_the_same_letter() -> None:
    """Nothing in it was written freely."""
    assert letter(ANSWER, Language.ENGLISH, DAY) == letter(ANSWER, Language.ENGLISH, DAY)
