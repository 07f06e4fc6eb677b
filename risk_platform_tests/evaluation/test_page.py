"""The validation report tells what is known and what is not, and where each number came from."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pyarrow as pa
import pytest
from jinja2 import UndefinedError

from risk_platform.contract.protocols import SEED, WINDOW12, Protocol
from risk_platform.contract.splits import PLAYED, Cuts, Split, SplitPlan, Volume
from risk_platform.evaluation.gate import DEMANDED, Finding, GateReport, Verdict
from risk_platform.evaluation.leaderboard import Leaderboard, leaderboard_of, rules_of
from risk_platform.evaluation.lineage import Source
from risk_platform.evaluation.page import ModelFacts, render_report
from risk_platform.evaluation.predictions import predictions_of
from risk_platform.evaluation.report import ChampionReport, champion_report_of
from risk_platform_tests.predicted import MODEL, predicted

VOLUME = Volume(loans=4_000, known=3_000, defaults=600, months_observed=14)
ASSETS = (
    "raw_loans",
    "split_plan",
    MODEL,
    "model_predictions",
    "leaderboard",
    "proposed_champion",
    "champion_report",
)
GATE = GateReport(
    protocol="window12",
    verdicts=(
        Verdict(
            candidate=MODEL,
            version=3,
            found={
                name: Finding(passed=name != "is_calibrated", said=f"What was found of {name}.")
                for name in DEMANDED
            },
        ),
    ),
)
FACTS = ModelFacts(
    asset=MODEL,
    family="lightgbm",
    inputs=("fico_mid", "int_rate"),
    parameters={"max_depth": 4},
    rounds=120,
    calibration="scores made PDs by Platt",
    notes=("classes were <weighted>",),
)


def lineage(*assets: str) -> tuple[Source, ...]:
    """Return assets as a run has made them."""
    return tuple(
        Source(
            asset=name,
            version=f"version-of-{name}",
            content="c" * 64,
            code="0a1b",
            run_id="a-run",
            made_at="2026-01-01T00:00:00+00:00",
            files=("loans.csv",) if name == "raw_loans" else (),
        )
        for name in assets
    )


def told(
    table: pa.Table, protocol: Protocol = WINDOW12
) -> tuple[ChampionReport, Leaderboard, GateReport]:
    """Judge stored predictions."""
    plan = SplitPlan(
        protocol=protocol.label, division=Cuts(528, 540), volumes=dict.fromkeys(PLAYED, VOLUME)
    )
    splits = {of: predictions_of(table, of, (MODEL,)) for of in (Split.VALIDATION, Split.TEST)}
    board = leaderboard_of(rules_of(protocol, plan), splits)
    return champion_report_of(board, MODEL, splits), board, GATE


@pytest.fixture(scope="module")
def page() -> str:
    """Return the page of a champion whose money can be told."""
    return render_report(*told(predicted(2_000)), FACTS, lineage(*ASSETS))


@dataclass
class Cells(HTMLParser):
    """The cells of a page's tables, and the numbers in them that lead nowhere."""

    untraced: list[str] = field(default_factory=list)
    traced: int = 0
    targets: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin outside of any cell."""
        super().__init__()
        self.is_cell = self.is_link = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter a cell or a link."""
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given["id"]} if "id" in given else set()
        self.is_cell |= tag == "td"
        if given.get("class") == "n":
            self.is_link = True
            self.targets.add(given["href"][1:])

    def handle_endtag(self, tag: str) -> None:
        """Leave it."""
        self.is_cell &= tag != "td"
        self.is_link &= tag != "a"

    def handle_data(self, data: str) -> None:
        """Look for numbers."""
        if self.is_cell and re.search(r"\d", data):
            self.traced += self.is_link
            self.untraced += [] if self.is_link else [data.strip()]


def cells_of(page: str) -> Cells:
    """Read the tables above the lineage's own."""
    cells = Cells()
    cells.feed(page)
    return cells


def test_each_number_leads_to_the_asset_that_it_came_from(page: str) -> None:
    """No cell of any table holds a figure that is not a link to a row of the lineage."""
    above, below = page.split('<h2 id="lineage">')
    cells = cells_of(above)
    assert cells.untraced == []
    assert cells.traced > 200
    assert cells.targets <= cells_of(below).ids == set(ASSETS)


def test_the_lineage_names_version_and_run(page: str) -> None:
    """As the event log has them."""
    for name in ASSETS:
        assert f'title="version-of-{name}"' in page
    assert 'title="a-run"' in page


def test_the_same_figures_give_the_same_page(page: str) -> None:
    """To the last byte, pictures too."""
    assert render_report(*told(predicted(2_000)), FACTS, lineage(*ASSETS)) == page


def test_a_number_whose_asset_is_unknown_is_not_shown() -> None:
    """Rendering fails where the lineage lacks an asset that a figure came from."""
    with pytest.raises(UndefinedError, match="leaderboard"):
        render_report(*told(predicted(400)), FACTS, lineage(*ASSETS[:4], *ASSETS[5:]))


def test_every_split_has_its_badge(page: str) -> None:
    """How ripe its loans are stands beside its figures."""
    for split in PLAYED:
        assert f"{split.value}: {VOLUME}" in page


def test_the_warning_of_a_protocol_stands_above_its_figures() -> None:
    """Once, before the first number; other protocols have none."""
    warned = render_report(*told(predicted(400), SEED), FACTS, lineage(*ASSETS))
    assert warned.index(SEED.warning) < warned.index('class="tiles"')
    assert "About every figure" not in render_report(*told(predicted(400)), FACTS, lineage(*ASSETS))


def test_what_is_not_known_is_said(page: str) -> None:
    """Fairness, refused applications, open outcomes."""
    unknown = page[page.index('id="unknown"') :]
    for words in ("Fairness is not measurable", "refused are in no file", "Recoveries after"):
        assert words in unknown


def test_money_that_cannot_be_told_is_a_sentence() -> None:
    """No table of profit stands where the loans' terms go on."""
    young = render_report(*told(predicted(800, complete=0.0)), FACTS, lineage(*ASSETS))
    assert "The data cannot tell: of 400 loans of test 0 have complete money" in young
    assert "cut-off PD" not in young


def test_a_page_stands_alone(page: str) -> None:
    """Nothing is fetched: pictures are in it, and there is no script."""
    assert 'src="data:image/png;base64,' in page
    assert re.findall(r'(?:src|href)="(?!data:|#)', page) == []
    assert "<script" not in page


def test_text_from_elsewhere_is_escaped(page: str) -> None:
    """A note is shown, and is no markup."""
    assert "classes were &lt;weighted&gt;" in page


def test_the_gate_is_told_condition_by_condition(page: str) -> None:
    """What was demanded, whether it holds, and what was found; and that none passed."""
    assert "None did: what led before goes on leading." in page
    assert page.count("does not hold") == 1
    for name in DEMANDED:
        assert f"What was found of {name}." in page
