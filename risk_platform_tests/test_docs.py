"""Documents say what is so: commands, settings, links and protocols that they name exist."""

import re
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from risk_platform.cli import app
from risk_platform.contract.protocols import PROTOCOLS
from risk_platform.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = tuple(sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]))
READERS_FIRST = ("README.md", "docs/architecture.md", "docs/protocols.md", "docs/runbook.md")


def ids(page: Path) -> str:
    """Name a page."""
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("name", READERS_FIRST)
def test_the_pages_that_readers_look_for_are_there(name: str) -> None:
    """None of them is a stub."""
    assert len((ROOT / name).read_text()) > 1_000


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_targets_of_make_exist(page: Path) -> None:
    """Whatever a page says to make can be made."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", page.read_text()))
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_commands_exist(page: Path) -> None:
    """Each ``risk-platform`` command that a page names is one."""
    commands = {command.name or command.callback.__name__ for command in app.registered_commands}  # pyright: ignore[reportOptionalMemberAccess]
    commands |= {group.typer_instance.info.name for group in app.registered_groups}  # pyright: ignore[reportOptionalMemberAccess]
    named = set(re.findall(r"risk-platform ([a-z]+)", page.read_text()))
    assert named <= commands


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_settings_exist(page: Path) -> None:
    """Each ``RISK_…`` variable that a page names is read."""
    known = {f"RISK_{name.upper()}" for name in Settings.model_fields} | {"RISK_REAL_LOANS"}
    assert set(re.findall(r"RISK_[A-Z_]+[A-Z]", page.read_text())) <= known


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_links_lead_somewhere(page: Path) -> None:
    """A link to a file of the project finds it."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_example_environment_shows_every_default() -> None:
    """``.env.example`` names each setting with the value that it has without it."""
    text = (ROOT / ".env.example").read_text()
    shown = dict(re.findall(r"^# (RISK_[A-Z_]+)=(.*)$", text, re.MULTILINE))
    defaults = {
        f"RISK_{name.upper()}": field.default for name, field in Settings.model_fields.items()
    }
    assert set(shown) == set(defaults)
    for name, default in defaults.items():
        assert TypeAdapter(type(default)).validate_python(shown[name]) == default


def test_the_page_of_protocols_tells_each() -> None:
    """A protocol that can be asked for is explained."""
    page = (ROOT / "docs" / "protocols.md").read_text()
    assert [name for name in PROTOCOLS if f"## `{name}`" not in page] == []


def test_decisions_are_numbered_without_gaps() -> None:
    """They are found by their number."""
    names = sorted(path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md"))
    assert names == [f"{number:04d}" for number in range(1, len(names) + 1)]
