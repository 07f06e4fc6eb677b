"""The environment, read once: where things are kept, which ports and engines are used."""

import codecs
import getpass
import ipaddress
import json
import os
import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    Field,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    SecretStr,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

# What listens there is reached from this machine alone.
LOOPBACK = "127.0.0.1"

Port = Annotated[int, Field(ge=0, le=65_535)]
Points = Annotated[int, Field(ge=0, le=1_000)]

_MASTER = re.compile(
    r"local(\[(\*|[1-9]\d*)(,[1-9]\d*)?\])?"
    r"|spark://[^/:,\s]+:\d+(,[^/:,\s]+:\d+)*"
    r"|k8s://\S+"
    r"|yarn"
)
# These have a setting of their own, or every date of a table hangs on them.
_OURS = {"spark.master": "RISK_SPARK_MASTER", "spark.sql.session.timeZone": "UTC"}
# As Spark itself knows them, where it hides them from its own pages.
_SECRET = re.compile(r"(?i)secret|password|token|access[.]?key")


def _home(folder: Path) -> Path:
    if "%" in str(folder):
        raise ValueError("SQLite's addresses read a % as the start of an escape")
    return folder


def _encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise ValueError(f"no encoding is called {name}") from None


def _master(name: str) -> str:
    if not _MASTER.fullmatch(name):
        raise ValueError(
            f"{name!r} is no master of Spark: give local[*], spark://host:7077, "
            "k8s://https://host:443 or yarn"
        )
    return name


def _event_folder(place: str) -> str:
    if place and "://" not in place and not Path(place).expanduser().is_dir():
        raise ValueError(f"there is no folder {place!r}: Spark makes none for its event logs")
    return place


def _spark_conf(given: str) -> str:
    """Return the JSON that is given, or stands in the file that is named."""
    if not given:
        return given
    try:
        text = given if given.lstrip().startswith("{") else Path(given).expanduser().read_text()
        found = json.loads(text)
    except (OSError, ValueError) as error:
        # What was given stays unsaid: it may hold what nobody should read.
        raise ValueError("it is neither a JSON object nor the name of a file of one") from error
    if not isinstance(found, dict) or not all(name.startswith("spark.") for name in found):
        raise ValueError("it must be a JSON object of spark.… settings")
    for name in filter(_SECRET.search, found):
        raise ValueError(f"{name} belongs in spark-defaults.conf: settings are shown in Dagster")
    for name in _OURS.keys() & found.keys():
        raise ValueError(f"{name} is not to be set here, it is {_OURS[name]}")
    return json.dumps({name: _java_text(value) for name, value in found.items()})


def _secrets_folder(folder: str) -> str:
    if folder and not Path(folder).is_dir():
        raise ValueError(f"there is no folder {folder!r} with files of secrets")
    return folder


def _of_psycopg2(url: SecretStr) -> SecretStr:
    if (given := url.get_secret_value()) and not given.startswith("postgresql+psycopg2://"):
        # What was given stays unsaid: it may hold a password.
        raise ValueError(
            "give it as postgresql+psycopg2://user:password@host/database: Dagster does not speak "
            "to PostgreSQL by another driver"
        )
    return url


def _without_password(uri: str) -> str:
    if urlsplit(uri).password:
        raise ValueError(
            "a password in it would be shown in Dagster: give it by PGPASSWORD, ~/.pgpass or "
            "MLFLOW_TRACKING_PASSWORD"
        )
    return uri


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine's own, for this machine alone."""
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _java_text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


class Settings(BaseSettings):
    """What the environment (``RISK_…`` or ``.env``) decides; everything has a working default.

    Parameters
    ----------
    home
        Folder of all that the platform writes: tables, runs, registry, generated loans.
    source
        Raw files: a file, a folder or a glob; or ``kaggle:owner/dataset/versions/4#file``, where
        version and file may be left out. Empty: the generator's loans.
    source_encoding
        How the raw files are written, by Python's name: ``latin-1``, ``utf-16``.
    loans, seed
        How many loans the generator writes when there is no source, and its seed.
    tables
        Where tables and documents are published: a folder, or a URL that fsspec reaches
        (``s3://…``). Empty: ``tables`` in ``home``.
    scratch
        Folder for what passes between tables on a remote disk and Spark; on a cluster, one that
        every worker reaches by the same path. Empty: the machine's temporary folder.
    spark_master
        ``local[*]``, ``spark://host:7077``, ``k8s://…`` or ``yarn``.
    spark_driver_memory
        Heap of the driver's JVM.
    spark_driver_host, spark_driver_bind
        Under which name or address a cluster's workers reach the driver, and on which address of
        its machine it listens. Empty: as Spark finds out.
    spark_executor_memory, spark_executor_cores
        Heap and cores of each of a cluster's workers. Empty, 0: as Spark is configured.
    spark_events
        Existing folder, or URL, for Spark's event logs. Empty: none are written.
    spark_conf
        Further settings of Spark, over all others: a JSON object, or the name of a file of one.
    check_engine
        Who counts by the rules of the contract: ``duckdb``, or ``spark`` where only the cluster
        reaches the tables.
    oldest_data_months
        How many months the newest snapshot may be old before the loans count as outdated. 0: any.
    protocol, split_dates
        Name of the protocol by which models are trained and judged; and the months from which on
        loans validate and test, ``2014-09,2014-12``, where they are not to be the protocol's own.
    winsorize_lower, winsorize_upper
        Quantiles of the training split, 0 to 1, to which numbers beyond them are drawn in.
    tuning_trials, tuning_minutes
        How many trials the champion's parameters are searched by, those of earlier runs on the
        same loans included, and after how long a run searches no further. 0 trials: the defaults.
    approve_from, decline_below
        Points from which on the models made here have applications approved, and below which
        declined; those between them are referred to a person.
    mlflow_uri
        Tracking and registry store. Empty: SQLite in ``home``.
    mlflow_store
        Where the MLflow server that is started here keeps its records, where it is not what
        ``mlflow_uri`` says: ``postgresql+psycopg2://…``. Empty: as ``mlflow_uri``.
    mlflow_names
        Further names, with their ports and with commas between them, by which that server lets
        itself be asked: ``mlflow:5000``. Empty: those of this machine alone.
    model_name
        Name under which champions are registered.
    database
        Where decisions, the gate and API keys are kept: ``postgresql+psycopg://…``, or
        ``sqlite:///…``. Empty: SQLite in ``home``.
    lease_seconds
        For how long scoring runs after a verdict of drift that lets it go on, after a resume, or
        after its first opening: then it is stopped.
    insufficient_hours
        For how long after a resume, or a verdict with enough loans, verdicts with too few loans
        count as such.
    resume
        ``two``: what one person asks for, another approves. ``single``: one may do both, which is
        for a demo.
    drift_window
        How many decisions are held against the reference of their model together: 2,000 or more.
    drift_interval
        How often decisions are looked at, in seconds; several times in a lease.
    drift_share
        Largest share of drifted inputs, each weighted by its importance, that is no reason to stop.
    outcomes
        CSV file of what became of decisions: ``decision_id``, ``observed_months`` and
        ``default_month``, empty where it did not default. Empty: none is told.
    sealer_database
        The same database by the address of a role that may add seals, where the service's may not.
        Empty: as ``database``.
    anchors
        File outside that database that heads of the log's chain are written to, and, with
        ``.epoch`` behind its name, the gate's last epoch. Empty: ``anchors.txt`` in ``home``.
    dagster_database
        Where Dagster keeps runs, events and schedules: ``postgresql+psycopg2://…``. Empty: SQLite
        in ``home``.
    code_server
        ``host:port`` of the process that loads the code for Dagster. Empty: each of Dagster's
        processes starts one of its own.
    secrets
        Folder of files that bear the names of settings, ``risk_database``, and hold their values,
        as Docker and Kubernetes mount secrets; read from the environment alone. Empty: none.
    model_poll_seconds
        How often the scoring service asks the record and the registry for a new champion.
    promotion
        ``auto``: a model that passes the gate leads. ``four-eyes``: somebody else than who
        made and proposed it approves it.
    user
        Under which name models are proposed. Empty: the user of the operating system.
    host, api_port
        Where the scoring service listens.
    dagster_port, dagster_viewer_port, mlflow_port
        Where Dagster's pages, the same ones for viewers, and MLflow's listen: on loopback alone,
        whatever ``host`` says, as neither asks for a password. No port for viewers: 0.
    tower_port, tower_key
        Where the control tower's pages listen, on loopback alone as well; and an API key of the
        roles ``read`` and ``score``, by which they ask a scoring service that wants keys. People
        who stop scoring or let it run again show a key of their own there. No tower: port 0.
    exporter_port
        Where Prometheus asks for Dagster's figures, on loopback too. No exporter: 0.
    api_workers
        How many processes score, behind one port.
    auth
        ``keys``: each request to the scoring service needs an API key. ``off``: none does, which is
        for a ``host`` that this machine alone reaches.
    service_key
        A key of the role ``read``, by which Dagster's check asks a scoring service that wants keys
        which model answers. Empty: it has none.
    mcp_key, mcp_operator_key
        The keys by which ``risk-platform mcp`` asks the scoring service: one of the roles ``read``
        and ``score``, and one of ``operate`` and ``resume`` for what a person has confirmed. Empty:
        it has none, and does nothing but read and try.
    rate_per_minute, rate_burst
        How many applications a key may send a minute, counted over all workers of this machine, and
        how many at once after a pause; any other request counts as one. A batch is let in whole,
        and the next request waits for what it held. 0 a minute: any number.
    production
        Whether the scoring service keeps its own description to itself, and insists on keys.
    drills
        Whether ``risk-platform simulate`` may lay hands on this platform: let its daemon stand
        still, change a file of a model or a row of the log, and put it right again. Never in
        production.
    drop_folder
        Folder in which new raw files arrive; a sensor refreshes the platform for them. It is the
        source too where ``source`` is empty. Empty: none.
    alert_webhook
        Address to which failed runs are posted as JSON. Empty: they are written to the log.
    """

    model_config = SettingsConfigDict(env_prefix="RISK_", env_file=".env", extra="ignore")

    home: Annotated[Path, AfterValidator(_home)] = Path(".risk")
    source: str = ""
    source_encoding: Annotated[str, AfterValidator(_encoding)] = "utf-8"
    loans: PositiveInt = 60_000
    seed: int = 7
    tables: str = ""
    scratch: str = ""
    spark_master: Annotated[str, AfterValidator(_master)] = "local[*]"
    spark_driver_memory: Annotated[str, Field(pattern=r"^\d+[gGmM]$")] = "3g"
    spark_driver_host: str = ""
    spark_driver_bind: str = ""
    spark_executor_memory: Annotated[str, Field(pattern=r"^(\d+[gGmM])?$")] = ""
    spark_executor_cores: NonNegativeInt = 0
    spark_events: Annotated[str, AfterValidator(_event_folder)] = ""
    spark_conf: Annotated[str, AfterValidator(_spark_conf)] = ""
    check_engine: Literal["duckdb", "spark"] = "duckdb"
    oldest_data_months: NonNegativeInt = 0
    protocol: str = "window12"
    split_dates: str = ""
    winsorize_lower: float = 0.0005
    winsorize_upper: float = 0.9995
    tuning_trials: NonNegativeInt = 8
    tuning_minutes: PositiveFloat = 0.5
    approve_from: Points = 560
    decline_below: Points = 540
    mlflow_uri: Annotated[str, AfterValidator(_without_password)] = ""
    mlflow_store: SecretStr = SecretStr("")
    mlflow_names: str = ""
    model_name: str = "credit-pd"
    database: SecretStr = SecretStr("")
    lease_seconds: PositiveFloat = 300.0
    insufficient_hours: PositiveFloat = 24.0
    resume: Literal["two", "single"] = "two"
    drift_window: Annotated[int, Field(ge=2_000, le=100_000)] = 2_000
    drift_interval: Annotated[int, Field(ge=1, le=3_600)] = 30
    drift_share: Annotated[float, Field(ge=0, lt=1)] = 0.01
    outcomes: str = ""
    sealer_database: SecretStr = SecretStr("")
    anchors: str = ""
    dagster_database: Annotated[SecretStr, AfterValidator(_of_psycopg2)] = SecretStr("")
    code_server: Annotated[str, Field(pattern=r"^([^\s:/]+:[1-9]\d{0,4})?$")] = ""
    secrets: Annotated[str, AfterValidator(_secrets_folder)] = ""
    model_poll_seconds: PositiveFloat = 2.0
    promotion: Literal["auto", "four-eyes"] = "auto"
    user: str = ""
    host: str = LOOPBACK
    api_port: Port = 8000
    dagster_port: Port = 3000
    dagster_viewer_port: Port = 3001
    mlflow_port: Port = 5000
    tower_port: Port = 8501
    tower_key: SecretStr = SecretStr("")
    exporter_port: Port = 9110
    api_workers: Annotated[int, Field(ge=1, le=64)] = 1
    auth: Literal["keys", "off"] = "off"
    service_key: SecretStr = SecretStr("")
    mcp_key: SecretStr = SecretStr("")
    mcp_operator_key: SecretStr = SecretStr("")
    rate_per_minute: NonNegativeInt = 6_000
    rate_burst: PositiveInt = 200
    production: bool = False
    drills: bool = False
    drop_folder: str = ""
    alert_webhook: SecretStr = SecretStr("")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read what is given, the environment, ``.env``, and last a folder of secrets."""
        folder = os.environ.get("RISK_SECRETS", "")
        if folder and Path(folder).is_dir():
            file_secret_settings = SecretsSettingsSource(settings_cls, secrets_dir=folder)
        return init_settings, env_settings, dotenv_settings, file_secret_settings

    @cached_property
    def root(self) -> Path:
        """``home`` as an absolute path."""
        return self.home.expanduser().resolve()

    @model_validator(mode="after")
    def _workers_reach_what_they_read(self) -> Self:
        if self.on_cluster and "://" in self.tables and not self.scratch:
            raise ValueError(
                "tables on a remote disk reach a cluster through RISK_SCRATCH: let it name a "
                "folder that every worker reaches"
            )
        return self

    @model_validator(mode="after")
    def _nothing_is_approved_and_declined(self) -> Self:
        if self.approve_from < self.decline_below:
            raise ValueError(
                f"RISK_APPROVE_FROM={self.approve_from} must not be less than "
                f"RISK_DECLINE_BELOW={self.decline_below}"
            )
        return self

    @model_validator(mode="after")
    def _who_asks_from_afar_has_a_key(self) -> Self:
        if self.auth == "off" and self.production:
            raise ValueError("in production the scoring service wants keys: RISK_AUTH=keys")
        if self.auth == "off" and not is_loopback(self.host):
            raise ValueError(
                f"{self.host} can be reached from other machines, so the scoring service wants "
                "keys there: RISK_AUTH=keys"
            )
        return self

    @model_validator(mode="after")
    def _nobody_breaks_what_is_in_production(self) -> Self:
        if self.drills and self.production:
            raise ValueError("a platform in production is put through no drills: RISK_DRILLS=false")
        return self

    @property
    def on_cluster(self) -> bool:
        """Whether Spark works on other machines than the driver's."""
        return not self.spark_master.startswith("local")

    @property
    def tables_root(self) -> str:
        """Where tables and documents are published: an absolute path, or a URL."""
        if "://" in self.tables:
            return self.tables
        folder = Path(self.tables).expanduser().resolve() if self.tables else self.root / "tables"
        return str(folder)

    @property
    def models_folder(self) -> Path:
        """Where the scoring service keeps the models that were brought to it."""
        return self.root / "models"

    @property
    def spark_extra(self) -> Mapping[str, str]:
        """What ``spark_conf`` says, by name."""
        return json.loads(self.spark_conf or "{}")

    @property
    def drills_folder(self) -> Path:
        """Where results of drills are kept, a file for each run of the command."""
        return self.root / "drills"

    @property
    def pages_folder(self) -> Path:
        """Where pages of HTML are kept for people to open."""
        return self.root / "pages"

    @property
    def tracking_uri(self) -> str:
        """Where MLflow keeps runs and the registry."""
        return self.mlflow_uri or f"sqlite:///{self.root / 'mlflow.db'}"

    @property
    def database_url(self) -> str:
        """Where decisions, the gate and API keys are kept; it may hold a password."""
        return self.database.get_secret_value() or f"sqlite:///{self.root / 'decisions.db'}"

    @property
    def sealer_database_url(self) -> str:
        """By which address decisions are sealed; it may hold a password."""
        return self.sealer_database.get_secret_value() or self.database_url

    @property
    def anchors_file(self) -> Path:
        """Where heads of the log's chain are written to."""
        given = self.anchors
        return Path(given).expanduser().resolve() if given else self.root / "anchors.txt"

    @property
    def proposer(self) -> str:
        """Who proposes models from here; ``unknown`` where the system knows no name."""
        try:
            return self.user.strip() or getpass.getuser()
        except (KeyError, OSError):
            return "unknown"

    @property
    def api_url(self) -> str:
        """Address of the scoring API."""
        return f"http://{self.host}:{self.api_port}"

    @property
    def mlflow_url(self) -> str:
        """Address of MLflow's pages."""
        is_server = self.mlflow_uri.startswith("http")
        return self.mlflow_uri if is_server else f"http://{LOOPBACK}:{self.mlflow_port}"

    @property
    def dagster_url(self) -> str:
        """Address of Dagster's pages."""
        return f"http://{LOOPBACK}:{self.dagster_port}"
