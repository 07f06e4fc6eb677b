"""The letter: what a person is told whose application was not approved, in fixed sentences.

The reasons are those of the decision, by Regulation B, 12 CFR 1002.9: specific, at most four, and
nothing that anybody wrote freely.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from serving.control_tower.language import Language, Speech
from serving.control_tower.texts import letter as texts


def letter(answer: Mapping[str, Any], language: Language, at: datetime) -> str:
    """Return the letter about a decision; empty where it was approved.

    Parameters
    ----------
    answer
        Of the API.
    language
        Of the letter.
    at
        When it is written.
    """
    say = Speech(language)
    if answer["verdict"] == "approve":
        return ""
    opening = texts.REFERRED if answer["verdict"] == "refer" else texts.DECLINED
    lines = [
        say.day(at),
        say(texts.REFERENCE, decision=answer["decision_id"]),
        "",
        say(texts.GREETING),
        "",
        say(opening),
        "",
        say(texts.REASONS),
        *(f"  {number}. {reason}" for number, reason in enumerate(_reasons(answer, language), 1)),
        "",
        say(texts.RIGHTS),
        "",
        say(texts.EQUALITY),
        "",
        say(texts.CLOSING),
    ]
    return "\n".join(lines)


def _reasons(answer: Mapping[str, Any], language: Language) -> Sequence[str]:
    field = "text_es" if language is Language.SPANISH else "text"
    return [reason[field] for reason in answer["reasons"]]
