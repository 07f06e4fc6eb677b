"""What the platform publishes for the tower, made here and now by the very code that makes it."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from risk_platform.contract.protocols import PROTOCOLS
from risk_platform.contract.splits import Split
from risk_platform.evaluation.drift.decision import judge_window
from risk_platform.evaluation.drift.explained import explained, signals_of
from risk_platform.evaluation.drift.limits import Limits
from risk_platform.evaluation.drift.logged import window_of
from risk_platform.evaluation.drift.performance import estimated
from risk_platform.evaluation.frontier import frontier_of
from risk_platform.evaluation.gate import Finding, GateReport, Verdict
from risk_platform.evaluation.leaderboard import Rules, leaderboard_of
from risk_platform.evaluation.losses import loss_rates
from risk_platform.evaluation.predictions import splits_of
from risk_platform.evaluation.report import champion_report_of
from risk_platform.evaluation.vintage_curves import VintageCurve, VintageCurves
from risk_platform.handover.log.feed import Feed
from risk_platform.handover.models.promotions import Promotion, Proposal, Record, Way
from risk_platform.handover.store import open_store
from risk_platform.orchestration.monitoring.days import DayFindings
from risk_platform.scoring.policy import USUAL
from risk_platform.settings import Settings
from risk_platform.simulation.results import write_results
from risk_platform.store.documents import DocumentStore
from risk_platform_tests.handover.moves import opened
from risk_platform_tests.monitored import World, in_cents
from risk_platform_tests.predicted import MODEL, predicted
from risk_platform_tests.simulation.test_results import DRILL

NOW = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
DAY = "2026-01-01"


def documents(loans: int = 2_400, complete: float = 1.0) -> dict[str, Any]:
    """Return the documents of a platform whose champion knows the truth."""
    splits = splits_of(predicted(loans, complete=complete), (MODEL,))
    board = leaderboard_of(_rules(), splits)
    report = champion_report_of(board, MODEL, splits)
    rates = loss_rates(splits[Split.VALIDATION])
    passed = Verdict(candidate=MODEL, version=1, found={"is_calibrated": _held()})
    promotion = Promotion(
        version=1, digest="d" * 64, by="Ada", reason="it passed", way=Way.AUTOMATIC, at=NOW
    )
    proposal = Proposal(
        version=1,
        digest="d" * 64,
        candidate=MODEL,
        protocol="window12",
        by="Ada",
        run_id="a-run",
        at=NOW,
    )
    return {
        "champion_report": report,
        "leaderboard": board,
        "policy_frontier": frontier_of("window12", splits[Split.TEST], MODEL, rates, USUAL),
        "vintage_curves": curves(),
        "proposed_champion": GateReport(protocol="window12", verdicts=(passed,)),
        "promotions": Record(proposals=(proposal,), promotions=(promotion,)),
        "deployed_champion": promotion,
    }


def curves() -> VintageCurves:
    """Return two vintages, one of them young."""
    old, young = (
        VintageCurve(
            name=name,
            loans=1_000,
            defaults=months * 5,
            months_observed=months,
            is_mature=months >= 12,
            defaulted=tuple(month * 0.005 for month in range(1, months + 1)),
        )
        for name, months in (("2018-Q1", 18), ("2019-Q3", 6))
    )
    return VintageCurves(horizon=12, snapshot="2020-03", curves=(old, young))


def publish(settings: Settings, made: dict[str, Any]) -> None:
    """Publish documents where the platform would."""
    store = DocumentStore(settings.tables_root)
    for name, of in made.items():
        store.publish(name, TypeAdapter(type(of)).dump_json(of, indent=1))


def decided(settings: Settings, world: World) -> None:
    """Have the champion decide 2,400 applications whose incomes are told in cents."""
    with closing(open_store(settings.database_url)) as database:
        opened(database)
        world.decide(database, 2_400, in_cents)


def day_of(settings: Settings, world: World) -> DayFindings:
    """Return what the report keeps of the day on which these were decided."""
    reference = world.bundle.reference
    with closing(open_store(settings.database_url)) as database:
        feed = Feed(database)
        logged = feed.after(0, 2_400, world.model.digest, 2_400)
    window = window_of(logged, tuple(reference.population.features))
    report = judge_window(reference, window, (), Limits())
    return DayFindings(
        day=DAY,
        model_version=1,
        decisions=(2_400, 0),
        report=report,
        explanations=explained(reference, window, signals_of(report), world.bundle.predict_values),
        importance=reference.importance,
        estimate=estimated(window.pds, 12),
        realised=None,
    )


def keep_day(settings: Settings, findings: DayFindings, page: str = "<p>drawn</p>") -> None:
    """Keep a day's report where the asset would."""
    folder = settings.pages_folder / "drift"
    folder.mkdir(parents=True)
    (folder / f"{DAY}.json").write_bytes(TypeAdapter(DayFindings).dump_json(findings))
    (folder / f"{DAY}.html").write_text(page)


def keep_report(settings: Settings) -> None:
    """Keep a validation report, and a drill's result."""
    settings.pages_folder.mkdir(parents=True, exist_ok=True)
    (settings.pages_folder / "validation_report.html").write_text("<h1>Model card</h1>")
    write_results(settings.drills_folder / "a.json", [DRILL])


def everything(home: Path, world: World) -> Settings:
    """Return the settings of a home in which all of it is published."""
    settings = Settings(home=home)
    publish(settings, documents())
    decided(settings, world)
    keep_day(settings, day_of(settings, world))
    keep_report(settings)
    return settings


def _held() -> Finding:
    return Finding(passed=True, said="It is calibrated.", figures={"ece": 0.01})


def _rules() -> Rules:
    protocol = PROTOCOLS["window12"]
    return Rules(
        protocol="window12",
        warning="",
        outcome=protocol.outcome.about,
        population=str(protocol.population),
        division="validation from 2014-01, test from 2015-01",
        maturity={"test": "1,200 loans, observed for 37 months or more"},
        credible_auc=0.99,
        published={},
    )
