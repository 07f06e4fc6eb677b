"""Texts: all that the tower says it says in both languages, with the same values in them."""

import importlib
import pkgutil
import re
import string
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from serving.control_tower import texts
from serving.control_tower.language import Text

# The same word in both.
_ALIKE = {"AUC", "KS", "Brier", "ROC", "PD", "test", "no", "run"}


def catalogue() -> dict[str, Text]:
    """Return all that is said, by module and name."""
    modules = [importlib.import_module(f"{texts.__name__}.{one.name}") for one in _modules()]
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}{which}": text
        for module in modules
        for name, value in vars(module).items()
        for which, text in _texts(value).items()
    }


def _modules() -> Iterator[pkgutil.ModuleInfo]:
    return pkgutil.iter_modules(texts.__path__)


def _texts(value: object) -> dict[str, Text]:
    """Return a text, or those of a mapping by their keys, of a tuple by their places."""
    if isinstance(value, Text):
        return {"": value}
    if isinstance(value, tuple):
        value = dict(enumerate(value))
    if not isinstance(value, Mapping):
        return {}
    return {f"[{key}]": one for key, one in value.items() if isinstance(one, Text)}


CATALOGUE = catalogue()


def places(text: str) -> set[str]:
    """Return the names of the values that a text wants."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_there_is_a_catalogue() -> None:
    """Every page has its module, beside what all say, the letter, charts and what is retold."""
    assert len({name.partition(".")[0] for name in CATALOGUE}) == 15
    assert len(CATALOGUE) > 250


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_text_is_said_in_both_languages_with_the_same_values(name: str) -> None:
    """Neither is empty, and what the one tells the other tells."""
    text = CATALOGUE[name]
    assert text.en.strip()
    assert text.es.strip()
    assert places(text.en) == places(text.es)


def test_nothing_stands_in_the_catalogue_that_nobody_says() -> None:
    """A text that no page says is translated for nothing."""
    folder = Path(texts.__path__[0])
    code = {path: path.read_text() for path in folder.parent.rglob("*.py")}
    unsaid = [
        name
        for name in {name.partition("[")[0] for name in CATALOGUE}
        for module, _, constant in [name.partition(".")]
        if not any(
            re.search(rf"(?<!^)\b{constant}\b(?! = )", text, re.MULTILINE)
            for path, text in code.items()
            if path.parent != folder or path.stem == module
        )
    ]
    assert unsaid == []


def test_what_is_alike_in_both_is_a_name_or_a_symbol() -> None:
    """A text that was copied and not translated would be long."""
    alike = {name: text.en for name, text in CATALOGUE.items() if text.en == text.es}
    untranslated = {
        name: said
        for name, said in alike.items()
        if said not in _ALIKE and len([word for word in said.split() if word.isalpha()]) > 1
    }
    assert untranslated == {}
