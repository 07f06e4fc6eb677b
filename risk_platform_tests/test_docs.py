"""Documents say what is so: commands, settings, links and protocols that they name exist."""

import contextlib
import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest
from pydantic import TypeAdapter
from typer.main import get_command

from risk_platform.cli import app
from risk_platform.contract.columns import LOANS
from risk_platform.contract.protocols import PROTOCOLS
from risk_platform.contract.rules import rules_of
from risk_platform.settings import Settings

ROOT = Path(__file__).parents[1]
FOLDERS = ("docs", "deploy")
PAGES = tuple(
    sorted(
        [*ROOT.glob("*.md"), *(page for name in FOLDERS for page in (ROOT / name).rglob("*.md"))]
    )
)
READERS_FIRST = (
    "README.md",
    "deploy/README.md",
    "docs/architecture.md",
    "docs/protocols.md",
    "docs/runbook.md",
    "docs/security.md",
)
# A command stands between back-ticks, be it broken over lines, or on a line of a block of its own.
CODE = re.compile(r"^ *```\w*\n(.+?)^ *```$|`([^`]+)`", re.MULTILINE | re.DOTALL)
OUR_COMMAND = re.compile(r"(?:^|\s)risk-platform ([^|>]+)")


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


def our_commands(page: Path) -> Iterator[list[str]]:
    """Yield the words behind ``risk-platform`` of each command that a page shows."""
    for block, inline in CODE.findall(page.read_text()):
        for line in block.splitlines() or [" ".join(inline.split())]:
            for words in OUR_COMMAND.findall(line):
                # Behind two blanks a list of commands says what each does.
                yield shlex.split(words.partition("  ")[0], comments=True)


def parsed(words: Sequence[str]) -> None:
    """Read a command as it would be read, and do nothing of it."""
    command, context, left = get_command(app), None, list(words)
    while isinstance(command, click.Group):
        context = click.Context(command, parent=context)
        _, command, left = command.resolve_command(context, left)
        assert command
    with contextlib.suppress(click.MissingParameter):  # a command is named, and not shown in full
        command.make_context(command.name, left, parent=context)


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_commands_are_understood(page: Path) -> None:
    """With the options and arguments that a page gives them."""
    for words in our_commands(page):
        try:
            parsed(words)
        except click.UsageError as error:
            pytest.fail(f"risk-platform {' '.join(words)}: {error.format_message()}")


@pytest.mark.parametrize(
    "line", ["gate pause --because odd", "gate open", "score a.csv --outside b"]
)
def test_a_command_that_is_none_is_found(line: str) -> None:
    """The red control."""
    with pytest.raises(click.UsageError):
        parsed(line.split())


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


def headings(page: Path) -> set[str]:
    """Return the places of a page that a link may lead to, as GitHub names them."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_links_lead_to_places_that_are_there(page: Path) -> None:
    """A heading that was renamed takes those along that lead to it."""
    links = re.findall(r"\]\((?!https?:)([^)#]*)#([^)]+)\)", page.read_text())
    dead = [
        f"{file}#{place}"
        for file, place in links
        if place not in headings(page.parent / file if file else page)
    ]
    assert dead == []


def test_numbers_of_the_contract_are_counted() -> None:
    """No page tells of another number of columns or rules than there are."""
    text = "".join(page.read_text() for page in PAGES)
    assert set(re.findall(r"contract of (?:the )?(\d+)\s+rules", text)) == {str(len(rules_of()))}
    assert set(re.findall(r"contract of the (\d+)\s+columns", text)) == {str(len(LOANS))}


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
