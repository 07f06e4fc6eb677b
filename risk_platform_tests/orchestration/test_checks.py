"""Checks of small things, each shown what it should let pass and what it should stop."""

import contextlib
import socket
import threading
from contextlib import closing
from pathlib import Path

import dagster as dg
import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import SecretStr

from risk_platform.commands.demo import running_service
from risk_platform.commands.ports import free_port
from risk_platform.contract.vintages import quarter_folders
from risk_platform.definitions import build_definitions
from risk_platform.features.state import FeatureState
from risk_platform.handover.access.keys import Keys
from risk_platform.handover.access.roles import Role
from risk_platform.handover.models.cache import ModelCache
from risk_platform.handover.models.promotions import Promotion, Promotions, Way
from risk_platform.handover.store import open_store
from risk_platform.orchestration.checks.inputs import (
    every_quarter_was_made_with_the_feature_state,
)
from risk_platform.orchestration.checks.models import model_learnt_from_several_features
from risk_platform.orchestration.checks.serving import a_running_service_answers_with_it
from risk_platform.orchestration.landed import all_was_read, columns_known, quarantine_share
from risk_platform.orchestration.resources import Addresses, ServiceKey
from risk_platform.scoring.model import Family, Model
from risk_platform.settings import Settings
from risk_platform.sources.report import FileReport
from risk_platform.spark.features import STATE
from risk_platform.store.tables import TableStore
from risk_platform.training.fitted import Fitted
from risk_platform_tests.bundles import bring, let_lead, local_registry, small_bundle
from risk_platform_tests.serving.processes import PATIENCE_SECONDS, service
from risk_platform_tests.serving.rings import bearer
from risk_platform_tests.serving.running import wait_until

HOST = "127.0.0.1"


def report(
    file: str,
    loans: int = 100,
    quarantined: int = 0,
    ignored: tuple[str, ...] = (),
    absent: tuple[str, ...] = (),
) -> FileReport:
    """Return the report of a file of which some records were set aside."""
    return FileReport(
        file=file,
        sha256="0" * 64,
        columns=151,
        ignored=ignored,
        absent=absent,
        records=loans + quarantined,
        recounted=loans + quarantined,
        loans=loans,
        amount_usd=1_000.0 * loans,
        no_loan={},
        quarantined={"id is no number": quarantined},
    )


def booster(**gains: float) -> Fitted:
    """Return a booster that gained so much by each feature."""
    model = Model(family=Family.LIGHTGBM, inputs=tuple(gains), text="")
    return Fitted(model=model, parameters={}, rounds=3, importance=gains)


def test_one_spoilt_file_is_not_hidden_by_a_large_one() -> None:
    """D16: the share is that of each file, not of all together."""
    judged = quarantine_share([report("large.csv", 99_000, 1_000), report("small.csv", 90, 10)])
    assert not judged.passed
    assert judged.metadata["files_over_it"].value == {"small.csv": 0.1}
    assert "10.0% of its records" in str(judged.description)
    assert "id is no number (10)" in str(judged.description)


def test_a_few_errors_in_each_file_pass() -> None:
    """Up to the limit, and with it."""
    assert quarantine_share([report("a.csv", 95, 5), report("b.csv", 1, 0)]).passed


def test_a_column_that_may_have_been_renamed_stops_the_run() -> None:
    """D7: an unknown one beside a missing one, of which features are made; both are named."""
    judged = columns_known([report("a.csv", ignored=("yearly_inc",), absent=("annual_inc",))])
    assert (judged.passed, judged.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert "`yearly_inc`" in str(judged.description)
    assert "`annual_inc`" in str(judged.description)


@pytest.mark.parametrize(
    ("ignored", "absent", "passes"),
    [
        ((), (), True),
        ((), ("annual_inc",), True),
        (("new",), (), False),
        (("new",), ("url",), False),
    ],
    ids=["all known", "an older layout", "a new column", "no feature is made of what lacks"],
)
def test_another_layout_stops_nothing(
    ignored: tuple[str, ...], absent: tuple[str, ...], *, passes: bool
) -> None:
    """D7, D8: what the contract does not know is warned of."""
    judged = columns_known([report("a.csv", ignored=ignored, absent=absent)])
    assert judged.passed is passes
    assert passes or judged.severity is dg.AssetCheckSeverity.WARN


def test_what_was_not_read_is_warned_of() -> None:
    """By its name, with the reason; nothing is skipped in silence."""
    judged = all_was_read({"a.csv.zst": "its ending is none of ours"})
    assert (judged.passed, judged.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert judged.description == "a.csv.zst was not read: its ending is none of ours."
    assert all_was_read({}).passed


@pytest.mark.parametrize(
    ("gains", "passes"),
    [
        ({"dti": 5.0, "fico_mid": 6.0}, True),
        ({"dti": 1.0, "fico_mid": 99.0}, False),
        ({"dti": 0.0, "fico_mid": 0.0}, False),
    ],
    ids=["several", "one alone", "none"],
)
def test_a_model_needs_several_features(gains: dict[str, float], *, passes: bool) -> None:
    """One that learnt nothing, or hangs on a single feature, goes no further."""
    assert result(model_learnt_from_several_features(booster(**gains))).passed is passes


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Return settings of a home with a champion, and a free port for its service."""
    settings = Settings(home=tmp_path, api_port=free_port(HOST, 0))
    let_lead(Promotions.of(settings), local_registry(tmp_path), small_bundle())
    return settings


def champion_of(home: Settings, digest: str | None = None) -> Promotion:
    """Return the champion of a home, or one of another digest."""
    return promoted(digest or local_registry(home.root).load().digest)


def promoted(digest: str) -> Promotion:
    """Return a version of a digest that leads."""
    return Promotion(
        version=1, digest=digest, by="Ada", reason="first", way=Way.AUTOMATIC, at="2026-01-01"
    )


def asked(champion: Promotion, url: str, secret: str = "") -> dg.AssetCheckResult:
    """Return what is found at an address within a second, by who shows a secret."""
    addresses = Addresses(scoring=url, mlflow="", patience_seconds=1)
    key = ServiceKey(SecretStr(secret))
    return result(a_running_service_answers_with_it(champion, addresses, key))


def result(judged: object) -> dg.AssetCheckResult:
    """Return what a check found; Dagster does not declare what a call of one returns."""
    assert isinstance(judged, dg.AssetCheckResult)
    return judged


def test_a_service_that_does_not_run_is_waited_for_by_nobody(home: Settings) -> None:
    """The check passes at once, and says that nothing runs."""
    judged = asked(champion_of(home), home.api_url)
    assert judged.passed
    assert judged.metadata["service"].value == "none is running"


def test_a_stranger_at_the_address_fails_the_check_and_no_more() -> None:
    """Whatever it says, and in whatever protocol, the run goes on."""
    with socket.create_server((HOST, 0)) as stranger:
        thread = threading.Thread(target=_speak_ssh, args=(stranger,), daemon=True)
        thread.start()
        port = stranger.getsockname()[1]
        judged = asked(promoted("0" * 64), f"http://{HOST}:{port}")
    assert not judged.passed
    assert judged.metadata["answering"].value == "no model"


def _speak_ssh(stranger: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            connection, _ = stranger.accept()
            with connection:
                connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


def test_a_running_service_is_asked_which_model_answers(home: Settings) -> None:
    """The deployed model passes, another one does not."""
    with running_service(home) as client:
        deployed = asked(champion_of(home), str(client.base_url))
        other = asked(champion_of(home, digest="0" * 64), str(client.base_url))
    assert (deployed.passed, other.passed) == (True, False)
    assert other.metadata["answering"].value == champion_of(home).digest


def test_a_service_that_wants_a_key_is_shown_one(home: Settings) -> None:
    """Whoever has none, a wrong one, or one that is not for reading is told so at once."""
    bring(ModelCache(home.models_folder), small_bundle())
    with service(home.root, auth="keys") as running:
        with closing(open_store(home.database_url)) as database:
            keys = Keys(database)
            reads, scores = (keys.create(role, [role]) for role in (Role.READ, Role.SCORE))
        url = str(running.client.base_url)
        wait_until(lambda: _reads(url, reads), PATIENCE_SECONDS)
        found = [asked(champion_of(home), url, one) for one in (reads, "", "nonsense", scores)]
    assert [one.passed for one in found] == [True, False, False, False]
    assert [one.metadata["answering"].value for one in found[1:]] == [
        "it wants a key: let RISK_SERVICE_KEY be one of the role read",
        "it does not know the key of RISK_SERVICE_KEY, or that was revoked",
        "the key of RISK_SERVICE_KEY lacks the role read",
    ]


def _reads(url: str, secret: str) -> bool:
    try:
        return httpx.get(f"{url}/model", headers=bearer(secret)).is_success
    except httpx.TransportError:
        return False


def test_dagster_does_not_show_the_services_key() -> None:
    """It is no configuration of a run."""
    definitions = build_definitions(Settings(service_key=SecretStr("canary-of-a-key")))
    assert "canary-of-a-key" not in repr(definitions.resources)


def test_features_of_two_states_stop_the_run(tmp_path: Path) -> None:
    """The quarter that a run with another state left is named."""
    now, before = (FeatureState({}, {"dti": median}, {}) for median in (1.0, 2.0))
    store = TableStore(tmp_path)
    with store.new_version("loan_features") as version:
        for quarter, state in {"2016-01-01": now, "2016-04-01": before}.items():
            folder = version.folder / f"issue_quarter={quarter}"
            folder.mkdir()
            schema = pa.schema([("dti", pa.float64())], {STATE: state.digest})
            pq.write_table(pa.table({"dti": [20.0]}, schema), folder / "part.parquet")
        version.parts = quarter_folders(version.folder)
    judged = every_quarter_was_made_with_the_feature_state(now, store)
    assert isinstance(judged, dg.AssetCheckResult)
    assert not judged.passed
    assert judged.metadata["made_with_another"].value == ["2016-04-01"]
