"""The form of one application: an example to start from, sliders, and every field for who wants."""

import itertools
import json
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from risk_platform.contract.columns import BY_NAME
from risk_platform.scoring.examples import EXAMPLES
from serving.control_tower import parts, recourse
from serving.control_tower.texts import score_one as texts
from serving.control_tower.tower import Tower

# Of each slider: what it is called, from where to where, and by which step.
SLIDERS = {
    "loan_amnt": (texts.AMOUNT, 1_000, 40_000, 500),
    "int_rate": (texts.RATE, 5.0, 31.0, 0.1),
    "annual_inc": (texts.INCOME, 10_000, 300_000, 1_000),
    "dti": (texts.DTI, 0.0, 60.0, 0.5),
    "fico_range_low": (texts.FICO, 620, 845, 5),
    "revol_util": (texts.UTILISATION, 0.0, 120.0, 1.0),
    "inq_last_6mths": (texts.INQUIRIES, 0, 8, 1),
    "delinq_2yrs": (texts.DELINQUENCIES, 0, 10, 1),
}
_YEARS = ("< 1 year", "1 year", *(f"{years} years" for years in range(2, 10)), "10+ years")
CHOICES = {
    "emp_length": (texts.EMPLOYMENT, _YEARS),
    "home_ownership": (texts.HOME, BY_NAME["home_ownership"].labels),
    "purpose": (texts.PURPOSE, BY_NAME["purpose"].labels),
}
_SAID = texts.HOMES | texts.PURPOSES
_TERMS = (36, 60)
# The bureau tells a range of five points.
_FICO_WIDTH = 4
_FIRST = "middling"


def draw(tower: Tower) -> recourse.Application | None:
    """Draw the form and return the application that it makes; ``None``: what was typed is none."""
    name = str(
        st.selectbox(
            tower.say(texts.START_FROM),
            list(EXAMPLES),
            index=list(EXAMPLES).index(_FIRST),
            format_func=lambda one: tower.say(texts.EXAMPLES[one]),
        )
    )
    example = EXAMPLES[name]
    slid, picked = _slid(tower, name, example), _picked(tower, name, example)
    return _overruled(tower, consistent(example, slid | picked))


def consistent(example: Mapping[str, Any], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return an example with what was chosen, and with what follows from that."""
    made = {**example, **chosen}
    fico = made.get("fico_range_low")
    if fico is not None and fico != example.get("fico_range_low"):
        made["fico_range_high"] = fico + _FICO_WIDTH
    terms = ("loan_amnt", "term", "int_rate")
    if "installment" in made and any(made[name] != example[name] for name in terms):
        made["installment"] = round(recourse.annuity(*(float(made[name]) for name in terms)), 2)
    return made


def _slid(tower: Tower, name: str, example: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the sliders say; one that nobody moved says what the example does, or nothing."""
    found: dict[str, Any] = {}
    columns = itertools.cycle(st.columns(2, gap="medium"))
    for column, (field, (label, low, high, step)) in zip(columns, SLIDERS.items(), strict=False):
        usual = example.get(field, EXAMPLES[_FIRST][field])
        start = type(step)(min(max(usual, low), high))
        with column:
            shape = "%d" if isinstance(step, int) else "%.1f"
            value = st.slider(
                tower.say(label), low, high, start, step, shape, key=f"{name}-{field}"
            )
        if value != start:
            found[field] = value
    return found


def _picked(tower: Tower, name: str, example: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "term": st.radio(
            tower.say(texts.TERM),
            _TERMS,
            index=_TERMS.index(example["term"]),
            key=f"{name}-term",
            horizontal=True,
        )
    }
    for column, (field, (label, options)) in zip(_places(), CHOICES.items(), strict=True):
        listed = [None, *options]
        with column:
            value = st.selectbox(
                tower.say(label),
                listed,
                index=listed.index(example.get(field)),
                format_func=lambda one: _said(tower, one),
                key=f"{name}-{field}",
            )
        if value is not None or field in example:
            found[field] = value
    return found


def _said(tower: Tower, option: str | None) -> str:
    """Return what an option is called; years are numbers in any language."""
    if option is None:
        return tower.say(texts.NOT_GIVEN)
    known = _SAID.get(option)
    return tower.say(known) if known else option.partition(" year")[0]


def _places() -> list[DeltaGenerator]:
    """Return where choices stand: two beside each other, and the long one below."""
    return [*st.columns(2, gap="medium"), st.container()]


def _overruled(tower: Tower, chosen: Mapping[str, Any]) -> recourse.Application | None:
    """Return the application with what was typed, which wins."""
    with st.expander(tower.say(texts.ALL_FIELDS)):
        typed = st.text_area(
            tower.say(texts.FIELDS_HELP), placeholder='{"mort_acc": 2}', key="typed", height=90
        )
        st.json(chosen, expanded=False)
    try:
        more = json.loads(typed or "{}")
    except ValueError:
        more = None
    if not isinstance(more, dict):
        parts.banner("bad", tower.say(texts.NO_JSON), ":material/data_object:")
        return None
    return {**chosen, **more}
