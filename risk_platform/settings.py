"""The environment, read once: where things are kept, which ports and engines are used."""

import codecs
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, NonNegativeInt, PositiveFloat, PositiveInt, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

Port = Annotated[int, Field(ge=0, le=65_535)]


def _home(folder: Path) -> Path:
    if "%" in str(folder):
        raise ValueError("SQLite's addresses read a % as the start of an escape")
    return folder


def _encoding(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise ValueError(f"no encoding is called {name}") from None


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
    spark_master
        ``local[*]``, ``spark://…``, ``k8s://…`` or ``yarn``.
    spark_driver_memory
        Heap of the JVM.
    check_engine
        Who counts by the rules of the contract: ``duckdb``, or ``spark`` where only the cluster
        reaches the tables.
    oldest_data_months
        How many months the newest snapshot may be old before the loans count as outdated. 0: any.
    protocol
        Name of the protocol by which models are trained and judged.
    winsorize_lower, winsorize_upper
        Quantiles of the training split, 0 to 1, to which numbers beyond them are drawn in.
    mlflow_uri
        Tracking and registry store. Empty: SQLite in ``home``.
    model_name
        Name under which champions are registered.
    model_poll_seconds
        How often the scoring service asks the registry for a new champion.
    host, api_port, dagster_port, mlflow_port
        Where the services listen.
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
    spark_master: str = "local[*]"
    spark_driver_memory: Annotated[str, Field(pattern=r"^\d+[gGmM]$")] = "3g"
    check_engine: Literal["duckdb", "spark"] = "duckdb"
    oldest_data_months: NonNegativeInt = 0
    protocol: str = "window12"
    winsorize_lower: float = 0.0005
    winsorize_upper: float = 0.9995
    mlflow_uri: str = ""
    model_name: str = "credit-pd"
    model_poll_seconds: PositiveFloat = 5.0
    host: str = "127.0.0.1"
    api_port: Port = 8000
    dagster_port: Port = 3000
    mlflow_port: Port = 5000
    drop_folder: str = ""
    alert_webhook: SecretStr = SecretStr("")

    @cached_property
    def root(self) -> Path:
        """``home`` as an absolute path."""
        return self.home.expanduser().resolve()

    @property
    def tracking_uri(self) -> str:
        """Where MLflow keeps runs and the registry."""
        return self.mlflow_uri or f"sqlite:///{self.root / 'mlflow.db'}"

    @property
    def api_url(self) -> str:
        """Address of the scoring API."""
        return f"http://{self.host}:{self.api_port}"

    @property
    def mlflow_url(self) -> str:
        """Address of MLflow's pages."""
        is_server = self.mlflow_uri.startswith("http")
        return self.mlflow_uri if is_server else f"http://{self.host}:{self.mlflow_port}"

    @property
    def dagster_url(self) -> str:
        """Address of Dagster's pages."""
        return f"http://{self.host}:{self.dagster_port}"
