"""The first run as it is measured: what a newcomer has, and when a target of make has said what."""

import os
import subprocess
from pathlib import Path

import pytest

from benchmarks.first_run import made, newcomer

_RULES = """
demo:
\t@echo begins
\t@echo three applications, scored by the API
\t@echo ends
broken:
\t@false
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder in which make has something to do."""
    (tmp_path / "Makefile").write_text(_RULES)
    return tmp_path


def test_a_mark_and_the_end_are_told(clone: Path) -> None:
    """In the order in which they come, and the mark once."""
    assert [*made(clone, "demo", os.environ, "scored by")] == ["first score", "make demo"]


def test_a_target_that_fails_is_no_figure(clone: Path) -> None:
    """What did not come to its end took no time that anybody would want to know."""
    with pytest.raises(subprocess.CalledProcessError):
        list(made(clone, "broken", os.environ, ""))


def test_a_newcomer_has_no_java_and_an_empty_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever this machine has, and whatever is set for us."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("java", "make"):
        (tools / name).touch()
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setenv("RISK_LOANS", "5")
    environment = newcomer(tmp_path)
    assert not [*Path(environment["HOME"]).iterdir()]
    assert [one.name for one in Path(environment["PATH"]).iterdir()] == ["make"]
    assert "RISK_LOANS" not in environment
