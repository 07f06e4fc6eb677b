"""Retention: the job that purges decisions whose time is over, and seals that it did."""

from dataclasses import dataclass
from pathlib import Path

import dagster as dg
from pydantic import SecretStr

from risk_platform.handover.database import Database
from risk_platform.handover.log.anchors import Anchors
from risk_platform.handover.log.retention import Retention
from risk_platform.handover.log.seals import Sealer
from risk_platform.handover.store import open_store
from risk_platform.settings import Settings


@dataclass(frozen=True, slots=True)
class DecisionStore:
    """Where decisions are kept.

    It is no ``ConfigurableResource``: Dagster would show the password in its address.

    Parameters
    ----------
    url
        Address of the database.
    anchors
        File for heads of the chain.
    """

    url: SecretStr
    anchors: Path

    @classmethod
    def of(cls, settings: Settings) -> "DecisionStore":
        """Return where the settings keep them."""
        return cls(url=SecretStr(settings.database_url), anchors=settings.anchors_file)

    def open(self) -> Database:
        """Open the database."""
        return open_store(self.url.get_secret_value())


@dg.op
def purge_decisions(
    context: dg.OpExecutionContext, decision_store: dg.ResourceParam[DecisionStore]
) -> int:
    """Purge what is older than 25 months and not on legal hold; the chain says that it did."""
    database = decision_store.open()
    try:
        sealer = Sealer(database, Anchors(decision_store.anchors))
        sealer.seal()
        purged = Retention(database).purge(by=f"run {context.run_id}")
        sealer.seal()
    finally:
        database.close()
    context.add_output_metadata({"decisions": purged})
    return purged


@dg.job(
    name="purge_old_decisions",
    description=(
        "Deletes decisions older than 25 months unless they are on legal hold. Their seals stay, "
        "and the purge is sealed itself, so that the log can still be verified."
    ),
)
def purge_old_decisions() -> None:
    """Purge what may go."""
    purge_decisions()
