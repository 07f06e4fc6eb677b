"""Models go out: published to MLflow, promoted, fetched and checked. The only user of mlflow."""

import os
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Self

# MLflow reads these when it is imported.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
# By itself it would go on for four minutes; who has patience, as a run has, tries again.
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "5")

from matplotlib.figure import Figure
from mlflow import MlflowClient
from mlflow.artifacts import download_artifacts
from mlflow.entities import Run
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import (
    INVALID_PARAMETER_VALUE,
    RESOURCE_ALREADY_EXISTS,
    RESOURCE_DOES_NOT_EXIST,
    ErrorCode,
)
from sqlalchemy.exc import SQLAlchemyError

from risk_platform.errors.models import (
    DigestMismatchError,
    NoChampionError,
    UnknownVersionError,
    UnreachableRegistryError,
)
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.scoring.bundle import read_bundle
from risk_platform.scoring.bundle_files import bundle_digest
from risk_platform.settings import Settings

CHAMPION, CHALLENGER = "champion", "challenger"
DIGEST_TAG = "bundle_digest"
BUNDLE_FOLDER = "bundle"
# MLflow's words for an alias or a model that is not there.
_ABSENT = {ErrorCode.Name(RESOURCE_DOES_NOT_EXIST), ErrorCode.Name(INVALID_PARAMETER_VALUE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A model that was registered."""

    version: int
    digest: str
    mlflow_run_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is told of a model beside its bundle, by name.

    Parameters
    ----------
    params, metrics
        How it was fitted, and its figures.
    figures, texts
        Pictures, and files of text.
    """

    params: Mapping[str, object] = field(default_factory=dict[str, object])
    metrics: Mapping[str, float] = field(default_factory=dict[str, float])
    figures: Mapping[str, Figure] = field(default_factory=dict[str, Figure])
    texts: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class PublishedModels:
    """Models that were registered together, by the name of what each was fitted by."""

    versions: Mapping[str, Published]


@contextmanager
def _reaching_the_store() -> Generator[None]:
    """Say in one class of error that the store failed, whichever of its layers did."""
    try:
        yield
    except (MlflowException, SQLAlchemyError) as error:
        raise UnreachableRegistryError(str(error)) from error


class Registry:
    """The registry of one model.

    Parameters
    ----------
    tracking_uri
        MLflow's store of runs and versions.
    model_name
        Name under which versions are registered; also the experiment's.
    artifacts
        Folder of the runs' files, where the store is a local database.
    """

    def __init__(self, tracking_uri: str, model_name: str, artifacts: Path) -> None:
        self.tracking_uri = tracking_uri
        self.model_name = model_name
        self.artifacts = artifacts

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the registry of an environment."""
        return cls(settings.tracking_uri, settings.model_name, settings.root / "mlflow")

    @cached_property
    def _client(self) -> MlflowClient:
        """Made when it is first needed: that opens the store, which may not be there yet."""
        return MlflowClient(tracking_uri=self.tracking_uri)

    def prepare(self) -> None:
        """Make the tables of a store that has none.

        Whoever starts several processes calls this first: two that make the tables at the same
        time trip over each other.

        Raises
        ------
        UnreachableRegistryError
            The store cannot be opened.
        """
        with _reaching_the_store():
            _ = self._client

    def publish(self, folder: Path, told: Told, tags: Mapping[str, str]) -> Published:
        """Record a run with all that belongs to a bundle, and register it as a new version.

        The run ends as failed where any of that fails, and no version is made of it.

        Raises
        ------
        UnreachableRegistryError
            The store does not answer, or takes no files.
        """
        digest = bundle_digest(folder)
        with (
            _reaching_the_store(),
            self._run(dict(tags) | {DIGEST_TAG: digest}, digest[:12]) as run,
        ):
            self._log(run.info.run_id, told)
            self._client.log_artifacts(run.info.run_id, str(folder), BUNDLE_FOLDER)
            source = f"{run.info.artifact_uri}/{BUNDLE_FOLDER}"
            version = self._register(source, run.info.run_id, digest)
        return Published(version=version, digest=digest, mlflow_run_id=run.info.run_id)

    def tell(self, about: str, name: str, told: Told, tags: Mapping[str, str]) -> str:
        """Record a run that makes no model, and return its id.

        Parameters
        ----------
        about
            What it is about: its experiment bears that behind the model's name.
        name, told, tags
            Of the run.

        Raises
        ------
        UnreachableRegistryError
            The store does not answer, or takes no files.
        """
        with _reaching_the_store(), self._run(tags, name, f"-{about}") as run:
            self._log(run.info.run_id, told)
        return run.info.run_id

    @contextmanager
    def _run(self, tags: Mapping[str, str], name: str, about: str = "") -> Generator[Run]:
        """Keep a run of MLflow open, and end it as the block ended."""
        experiment = self._experiment(f"{self.model_name}{about}")
        run = self._client.create_run(experiment, tags=dict(tags), run_name=name)
        ending = "FAILED"
        try:
            yield run
            ending = "FINISHED"
        finally:
            self._client.set_terminated(run.info.run_id, ending)

    def _log(self, run_id: str, told: Told) -> None:
        for name, value in told.params.items():
            self._client.log_param(run_id, name, value)
        for name, value in told.metrics.items():
            self._client.log_metric(run_id, name, value)
        for name, text in told.texts.items():
            self._client.log_text(run_id, text, name)
        for name, figure in told.figures.items():
            # MLflow types this parameter as plotly's Figure, which need not be installed.
            self._client.log_figure(  # pyright: ignore[reportUnknownMemberType]
                run_id, figure, f"plots/{name}.png"
            )

    def promote(self, version: int, alias: str = CHAMPION) -> None:
        """Let an alias point at a version.

        Raises
        ------
        UnknownVersionError, UnreachableRegistryError
            There is no such version, or the store does not answer.
        """
        with _reaching_the_store():
            self._version(version)
            self._client.set_registered_model_alias(self.model_name, alias, str(version))

    def version_of(self, alias: str = CHAMPION) -> int:
        """Return the version that bears an alias.

        Raises
        ------
        NoChampionError
            There is none.
        UnreachableRegistryError
            The store does not answer.
        """
        with _reaching_the_store():
            try:
                held = self._client.get_model_version_by_alias(self.model_name, alias)
            except MlflowException as error:
                if error.error_code in _ABSENT:
                    raise NoChampionError(self.model_name, alias) from error
                raise
        return int(held.version)

    def held(self, alias: str = CHAMPION) -> tuple[int, str]:
        """Return the version that bears an alias, and the digest that it was registered with.

        Raises
        ------
        NoChampionError, UnreachableRegistryError
            As ``version_of``.
        """
        version = self.version_of(alias)
        with _reaching_the_store():
            held = self._version(version)
        return version, held.tags.get(DIGEST_TAG, "")

    def load(self, version: int | None = None) -> LoadedModel:
        """Fetch a version, or the champion, and read it once its digest has been checked.

        Raises
        ------
        NoChampionError
            There is none.
        UnknownVersionError
            It does not hold that version.
        DigestMismatchError
            What the store holds is not what was registered.
        BundleError
            The bundle is damaged or of another contract.
        UnreachableRegistryError
            The store does not answer, or has lost the files.
        """
        version = self.version_of() if version is None else version
        with tempfile.TemporaryDirectory() as scratch:
            fetched = self.fetch(version, Path(scratch))
            digest = bundle_digest(fetched)
            return LoadedModel(bundle=read_bundle(fetched), version=version, digest=digest)

    def fetch(self, version: int, into: Path) -> Path:
        """Fetch a version's files without reading them, and return the folder where they are.

        Parameters
        ----------
        version
            Its number.
        into
            An empty folder.

        Raises
        ------
        UnknownVersionError, DigestMismatchError, UnreachableRegistryError
            As ``load``.
        """
        with _reaching_the_store():
            held = self._version(version)
            fetched = download_artifacts(
                artifact_uri=str(held.source), dst_path=str(into), tracking_uri=self.tracking_uri
            )
        if bundle_digest(Path(fetched)) != held.tags.get(DIGEST_TAG):
            raise DigestMismatchError(self.model_name, version)
        return Path(fetched)

    def _version(self, version: int) -> ModelVersion:
        try:
            return self._client.get_model_version(self.model_name, str(version))
        except MlflowException as error:
            if error.error_code in _ABSENT:
                raise UnknownVersionError(self.model_name, version) from error
            raise

    def _experiment(self, name: str) -> str:
        known = self._client.get_experiment_by_name(name)
        if known is not None:
            return known.experiment_id
        if self.tracking_uri.startswith("http"):
            # The server says where files go: a folder of ours is none that others reach.
            return self._client.create_experiment(name)
        self.artifacts.mkdir(parents=True, exist_ok=True)
        return self._client.create_experiment(name, artifact_location=self.artifacts.as_uri())

    def _register(self, source: str, run_id: str, digest: str) -> int:
        try:
            self._client.create_registered_model(self.model_name)
        except MlflowException as error:
            if error.error_code != ErrorCode.Name(RESOURCE_ALREADY_EXISTS):
                raise
        made = self._client.create_model_version(
            self.model_name, source, run_id, tags={DIGEST_TAG: digest}
        )
        return int(made.version)
