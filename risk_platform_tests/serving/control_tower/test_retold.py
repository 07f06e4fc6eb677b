"""Retold: what the platform put on record in English is told in Spanish, by the same numbers."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.protocols import PROTOCOLS
from risk_platform.evaluation.drift.gross import Fired, Rule
from risk_platform.evaluation.gate import DEMANDED
from risk_platform.evaluation.profiles import ORDINARY
from risk_platform.evaluation.traits import TRAITS
from risk_platform.simulation.scenarios import LEAGUE
from risk_platform_tests.monitored import world
from risk_platform_tests.serving.control_tower import published
from serving.control_tower.language import Language, Speech
from serving.control_tower.retold import SENTENCES, renamed, retold
from serving.control_tower.sources.shelf import Shelf
from serving.control_tower.texts import judged, score_one
from serving.problems import PROBLEM_TYPES

ENGLISH, SPANISH = Speech(Language.ENGLISH), Speech(Language.SPANISH)
ROOT = Path(__file__).parents[3]
TOWER = ROOT / "serving" / "control_tower"
_VALUE = re.compile(r"\{[^{}]*\}")
# What stands between the parts of a sentence that is put together of several.
_MARKS = " .,:;()/"


@cache
def said_by_the_platform() -> str:
    """Return all texts in the platform's code, each value in them as ``{}``."""
    files = [*ROOT.glob("risk_platform/**/*.py"), *ROOT.glob("serving/**/*.py")]
    code = [file.read_text() for file in files if TOWER not in file.parents]
    return "\n".join(text for one in code for text in _texts(ast.parse(one)))


def _texts(module: ast.AST) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield _VALUE.sub("{}", node.value)


@pytest.mark.parametrize("text", SENTENCES, ids=lambda text: text.en[:40])
def test_each_sentence_is_one_that_the_platform_says(text: tuple[str, str]) -> None:
    """What it no longer says is translated for nothing, and what it says otherwise not at all."""
    parts = [part for piece in _VALUE.split(text[0]) for part in piece.split(", ")]
    unsaid = [part for part in parts if part.strip(_MARKS) not in said_by_the_platform()]
    assert unsaid == []


@pytest.mark.parametrize("rule", [*Rule])
def test_every_rule_of_drift_is_told(rule: Rule) -> None:
    """In a verdict as it stands on record."""
    fired = Fired(rule=rule, input="dti", value=0.375, limit=0.3)
    said = retold(SPANISH, f"Scoring must stop: {fired.sentence}; {fired.sentence}.")
    assert said.startswith("El scoring debe parar: ")
    assert "more" not in said
    assert "(over" not in said


def test_sentences_within_sentences_are_told_too() -> None:
    """As a drill tells of a stop by several rules."""
    rules = "the PDs are of another population (PSI 0.42, from 0.25 on)"
    said = f"scoring was stopped (drift: {rules}; {rules}) after 23.2 s, 2,316 bad decisions leaked"
    told = "las PD son de otra población (PSI 0,42, desde 0,25)"
    stopped = f"se paró el scoring (deriva: {told}; {told}) a los 23,2 s"
    assert retold(SPANISH, said) == f"{stopped}, 2.316 decisiones malas filtradas"


def test_numbers_are_written_as_the_reader_writes_them() -> None:
    """And nothing is lost."""
    said = "1,999 loans are too few to say: 2,000 are needed."
    assert retold(SPANISH, said) == "1.999 préstamos son pocos para juzgar: hacen falta 2.000."
    fired = Fired(rule=Rule.SHARE, value=0.0961, limit=0.01).sentence
    assert "9,6\u00a0% del modelo" in retold(SPANISH, fired)


def test_what_a_person_wrote_is_shown_as_it_is() -> None:
    """Whatever it looks like, and in either language all of it."""
    said = "The bureau's feed froze; we asked them, 3 times."
    assert retold(SPANISH, said) == said
    assert retold(ENGLISH, "No input has drifted.") == "No input has drifted."


@pytest.mark.parametrize("name", LEAGUE)
def test_every_scenario_is_told(name: str) -> None:
    """In Spanish."""
    assert retold(SPANISH, LEAGUE[name]) != LEAGUE[name]


@pytest.mark.parametrize("name", PROTOCOLS)
def test_the_rules_of_every_protocol_are_told(name: str) -> None:
    """Whom it is about, what counts as default, and what to beware of."""
    protocol = PROTOCOLS[name]
    for said in (str(protocol.population), protocol.outcome.about, protocol.warning):
        assert not said or retold(SPANISH, said) != said


@pytest.mark.parametrize("kind", PROBLEM_TYPES, ids=lambda kind: kind.name)
def test_most_problems_are_told(kind: object) -> None:
    """Those that the tower's own questions can meet; the others stay as the service says them."""
    title = kind.title  # pyright: ignore[reportAttributeAccessIssue]
    told = retold(SPANISH, f"the scoring service refused (400): {title}")
    assert told.startswith("el servicio de scoring lo rechazó (400): ")


def test_segments_are_renamed_word_by_word() -> None:
    """Each trait that may name one has its words."""
    for name in (ORDINARY, *(t.low for t in TRAITS), *(t.high for t in TRAITS)):
        assert renamed(SPANISH, name) != name
    both = f"{TRAITS[0].low}, {TRAITS[1].high}"
    assert renamed(SPANISH, both) == "ingresos bajos, mucha deuda"
    assert renamed(ENGLISH, both) == both


def test_what_became_of_inputs_is_told(tmp_path: Path) -> None:
    """As a day's report has it."""
    found = Shelf(published.everything(tmp_path, world())).drift_day(published.DAY).value
    assert found.explanations
    for one in found.explanations:
        told = retold(SPANISH, one.sentence)
        assert "PD media" in told
        assert "mean PD" not in told


def test_whatever_is_demanded_of_a_model_has_a_name_in_words() -> None:
    """Neither more nor less."""
    assert judged.DEMANDS.keys() == DEMANDED.keys()


def test_whatever_a_form_offers_has_words() -> None:
    """The contract's labels of homes and purposes."""
    assert score_one.HOMES.keys() == set(BY_NAME["home_ownership"].labels)
    assert score_one.PURPOSES.keys() == set(BY_NAME["purpose"].labels)
