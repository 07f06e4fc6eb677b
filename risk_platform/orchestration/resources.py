"""Resources: what assets are handed, each a thin factory of something that knows no Dagster."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import dagster as dg
from dagster_pyspark import LazyPySparkResource
from pydantic import SecretStr

from risk_platform.contract.protocols import Protocol, protocol_named
from risk_platform.errors.tables import MissingTableError
from risk_platform.evaluation.drills import Drill
from risk_platform.features.winsorize import (
    LOWER_QUANTILE,
    NUMBER_NAMES,
    UPPER_QUANTILE,
    winsorize,
)
from risk_platform.handover.models.promotions import Promotions
from risk_platform.handover.models.registry import Registry
from risk_platform.settings import Settings
from risk_platform.simulation.results import newest_results
from risk_platform.simulation.scenarios import LEAGUE
from risk_platform.sources.files import Found, look_for
from risk_platform.sources.generator.generate import generate, generator_digest
from risk_platform.sources.kaggle import local_path
from risk_platform.sources.raw_file import RawFile
from risk_platform.spark.partwise import PartFiles
from risk_platform.spark.queries import Engine, Query, duckdb_query, spark_query
from risk_platform.spark.session import prepare_environment, spark_config
from risk_platform.store.documents import DocumentStore
from risk_platform.store.tables import TableStore
from risk_platform.training.tuned import Budget, Search

GENERATED_FILE = "Loan_status_2007-2020Q3.csv"


class SparkResource(LazyPySparkResource):
    """A Spark session that starts where an asset first asks for it.

    Parameters
    ----------
    root
        The platform's folder, where the packaged Java is set up on a machine without one.
    """

    root: str

    @classmethod
    def of(cls, settings: Settings) -> "SparkResource":
        """Return the session that the settings describe."""
        return cls(spark_config=dict(spark_config(settings)), root=str(settings.root))

    @property
    def spark_session(self) -> Any:  # noqa: ANN401 - as the class above declares it
        """The session of this process."""
        prepare_environment(Path(self.root), self.spark_config["spark.master"])
        return super().spark_session


class TableStoreFactory(dg.ConfigurableResource[TableStore]):
    """Point at the folder of the published tables: a path, or the URL of a remote one.

    Parameters
    ----------
    root
        The folder.
    scratch
        Folder for copies of remote tables; empty for the machine's temporary one.
    """

    root: str
    scratch: str

    def create_resource(self, context: dg.InitResourceContext) -> TableStore:
        """Return the store; nothing is read yet."""
        del context
        return TableStore(self.root, scratch=self.scratch)


class RegistryFactory(dg.ConfigurableResource[Registry]):
    """Point at MLflow's tracking store and registry."""

    tracking_uri: str
    model_name: str
    artifacts: str

    def create_resource(self, context: dg.InitResourceContext) -> Registry:
        """Return the registry; nothing is read yet."""
        del context
        return Registry(self.tracking_uri, self.model_name, Path(self.artifacts))


class LoanSource(dg.ConfigurableResource):
    """Where raw loans come from: files, Kaggle, or the generator where no file is named.

    Parameters
    ----------
    files
        A file, a folder or a glob, or ``kaggle:…``; empty for the generator.
    encoding
        Of the files' text.
    loans, seed, folder
        What the generator writes, and where.
    """

    files: str
    encoding: str
    loans: int
    seed: int
    folder: str

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return what the settings name; where they name nothing, the folder that files come to."""
        return cls(
            files=settings.source or settings.drop_folder,
            encoding=settings.source_encoding,
            loans=settings.loans,
            seed=settings.seed,
            folder=str(settings.root / "generated"),
        )

    def raw_files(self) -> list[RawFile]:
        """Return the raw files that ``look`` finds."""
        return self.look().files

    def look(self) -> Found:
        """Find the raw files; generated loans are written once for each number and seed.

        Raises
        ------
        MissingSourceError
            There is no file at the place that the setting names.
        SourceError
            Kaggle does not give it.
        """
        return look_for(local_path(self.files or str(self._generated())), self.encoding)

    def _generated(self) -> Path:
        name = f"{self.loans}-loans-seed-{self.seed}-{generator_digest()[:8]}"
        folder = Path(self.folder) / name
        file = folder / GENERATED_FILE
        if not file.exists():
            generate(self.loans, self.seed, folder)
        return file


class Inspection(dg.ConfigurableResource):
    """How published tables are judged by the contract.

    Parameters
    ----------
    engine
        Who reads them.
    oldest_data_months
        How old the newest snapshot may be; 0 for any age.
    """

    engine: str
    oldest_data_months: int
    spark: dg.ResourceDependency[SparkResource]

    @contextmanager
    def open(
        self,
        store: TableStore,
        table: str,
        parts: Iterable[str] | None = None,
        beside: str = "",
    ) -> Iterator[Query]:
        """Open a table's parts, all by default, for queries; and the whole of another beside it.

        Of two tables each row tells its part.

        Raises
        ------
        MissingTableError
            A table, or its parts, hold no row.
        """
        held, others = store.local_parts(table, parts), dict[str, list[str]]()
        if beside:
            others = store.local_parts(beside)
        for name, by_part in ((table, held), (beside, others)):
            if name and not by_part:
                raise MissingTableError(name)
        files = held if beside else PartFiles(held).paths
        reading = (
            duckdb_query(files, others)
            if Engine(self.engine) is Engine.DUCKDB
            else spark_query(files, self.spark.spark_session, others)
        )
        with reading as query:
            yield query


class Addresses(dg.ConfigurableResource):
    """Where the scoring service and MLflow answer, when they run.

    Parameters
    ----------
    scoring, mlflow
        The addresses.
    patience_seconds
        How long a running service may take to answer with a new champion: it asks the registry
        every few seconds, and needs some to load what it finds.
    """

    scoring: str
    mlflow: str
    patience_seconds: float = 30.0


class Drills(dg.ConfigurableResource):
    """Where results of drills are kept.

    Parameters
    ----------
    folder
        A file for each run of `risk-platform simulate`; it need not be there.
    """

    folder: str

    def newest(self) -> list[Drill]:
        """Return the newest drill of each scenario, in the order of the league."""
        return newest_results(Path(self.folder), LEAGUE)


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """What the scoring service is shown where it wants a key.

    It is no ``ConfigurableResource``: Dagster would show the secret.

    Parameters
    ----------
    secret
        Of a key of the role ``read``; empty where there is none.
    """

    secret: SecretStr

    @property
    def headers(self) -> Mapping[bytes, bytes]:
        """What a request carries."""
        secret = self.secret.get_secret_value().encode()
        return {b"Authorization": b"Bearer " + secret} if secret else {}


class Tuning(dg.ConfigurableResource):
    """How long the champion's parameters are searched, and where trials are kept.

    Parameters
    ----------
    trials, minutes
        The budget; 0 trials for the defaults.
    folder
        The place.
    """

    trials: int
    minutes: float
    folder: str

    def search(self, protocol: str) -> Search:
        """Return the search under a protocol, by its label."""
        budget = Budget(trials=self.trials, minutes=self.minutes)
        return Search(protocol=protocol, folder=Path(self.folder), budget=budget)


@dataclass(frozen=True, slots=True)
class Governance:
    """Who proposes models, and who decides that they lead.

    It is no ``ConfigurableResource``: whoever launches a run could then say otherwise.

    Parameters
    ----------
    root
        Where the record of promotions is kept, beside all documents.
    is_automatic
        Whether what passes the gate leads.
    proposer
        Who runs this.
    """

    root: str
    is_automatic: bool
    proposer: str

    def promotions(self, registry: Registry) -> Promotions:
        """Return the record, and what it lets happen in a registry."""
        return Promotions(registry, DocumentStore(self.root))


class Experiment(dg.ConfigurableResource):
    """How models are trained and judged.

    Parameters
    ----------
    protocol, split_dates
        Name of the protocol, and other dates than its own: ``2014-09,2014-12``; empty for its own.
    lower, upper
        Quantiles of the training split at which numbers are winsorised.
    """

    protocol: str
    split_dates: str = ""
    lower: float = LOWER_QUANTILE
    upper: float = UPPER_QUANTILE

    @classmethod
    def of(cls, settings: Settings) -> "Experiment":
        """Return what the settings ask for.

        Raises
        ------
        ProtocolError, WinsorizeError
            It cannot be done.
        """
        lower, upper = settings.winsorize_lower, settings.winsorize_upper
        winsorize(NUMBER_NAMES, lower, upper)
        made = cls(
            protocol=settings.protocol,
            split_dates=settings.split_dates,
            lower=lower,
            upper=upper,
        )
        _ = made.rules
        return made

    @property
    def rules(self) -> Protocol:
        """The protocol, with its dates."""
        return protocol_named(self.protocol, self.split_dates)

    @property
    def version(self) -> str:
        """What tells this experiment from others, in the version of what it makes."""
        return f"{self.lower:g}-{self.upper:g}-{self.rules.label}"
