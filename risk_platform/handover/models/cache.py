"""The cache: bundles that passed their trial, by digest, and which of them leads.

It is all that a scoring process reads: whoever brings models here has asked the registry and the
record, and a process that starts while neither answers scores with what led last.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Collection, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from risk_platform.errors.models import (
    AbsentBundleError,
    BundleError,
    RefusedModelError,
    TamperedBundleError,
    UnreadableLeadError,
)
from risk_platform.handover.models.loaded import LoadedModel
from risk_platform.handover.models.trial import try_out
from risk_platform.scoring.bundle import prove, read_bundle
from risk_platform.scoring.bundle_files import BUNDLES, MANIFEST, bundle_digest, verified_texts

# A model that was refused is tried again after this: time or memory may have been short.
REFUSED_SECONDS = 600.0
_LEADS, _TROUBLE, _REFUSED = "leads.json", "trouble.txt", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """The version that leads, as the record of promotions has it.

    Parameters
    ----------
    version, digest
        Of the registry.
    by, at
        Who let it lead, and when, in UTC.
    """

    version: int
    digest: str
    by: str
    at: str


_JSON = TypeAdapter(Lead)


class ModelCache:
    """Bundles on this machine; one process writes them, any number read.

    Parameters
    ----------
    folder
        Where they are; it need not be there yet.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def leads(self) -> Lead | None:
        """Return what leads; ``None`` where nothing was brought yet.

        Raises
        ------
        UnreadableLeadError
            The file that says so is damaged.
        """
        try:
            return _JSON.validate_json((self.folder / _LEADS).read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise UnreadableLeadError(self.folder / _LEADS) from error

    def load(self, lead: Lead) -> LoadedModel:
        """Read a bundle that is here, every byte checked first, and let it prove itself.

        Raises
        ------
        AbsentBundleError
            It is not here.
        BundleError
            It was changed since it was put here.
        """
        folder = self.place(lead.digest)
        if not folder.is_dir():
            raise AbsentBundleError(lead.version)
        _demand(folder, lead.digest)
        bundle = read_bundle(folder)
        prove(bundle, lead.version)
        return LoadedModel(bundle=bundle, version=lead.version, digest=lead.digest)

    def holds(self, digest: str) -> bool:
        """Whether a bundle is here, whole and unchanged."""
        try:
            _demand(self.place(digest), digest)
            verified_texts(self.place(digest))
        except BundleError:
            return False
        return True

    def place(self, digest: str) -> Path:
        """Return the folder of a bundle, whether or not it is here."""
        return self.folder / BUNDLES / digest

    @contextmanager
    def arriving(self) -> Generator[Path]:
        """Give an empty folder on the same disk, for what is on its way; it is gone afterwards."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="arriving-", dir=self.folder) as folder:
            yield Path(folder)

    def admit(self, arrived: Path, lead: Lead) -> None:
        """Put a bundle among the others, if it has this digest and passes its trial.

        Raises
        ------
        RefusedModelError
            It did not pass; or another of this digest did not, a short while ago.
        BundleError
            It has another digest.
        """
        _demand(arrived, lead.digest)
        refusal = self.folder / _REFUSED / lead.digest
        self._heed(refusal, lead)
        try:
            try_out(arrived, lead.version)
        except RefusedModelError as error:
            _write(refusal, error.why)
            raise
        place = self.place(lead.digest)
        shutil.rmtree(place, ignore_errors=True)
        place.parent.mkdir(exist_ok=True)
        arrived.rename(place)

    def let_lead(self, lead: Lead) -> bool:
        """Say which bundle leads; return whether that is another than before."""
        if self._known() == lead:
            return False
        _write(self.folder / _LEADS, _JSON.dump_json(lead, indent=1).decode())
        return True

    def keep(self, digests: Collection[str]) -> None:
        """Let go of all bundles but these."""
        for folder in (self.folder / BUNDLES).iterdir():
            if folder.name not in digests:
                shutil.rmtree(folder, ignore_errors=True)

    def tell(self, trouble: str) -> None:
        """Say why no newer model comes; empty where nothing is wrong."""
        if trouble:
            _write(self.folder / _TROUBLE, trouble)
        else:
            (self.folder / _TROUBLE).unlink(missing_ok=True)

    def trouble(self) -> str:
        """Return why no newer model comes; empty where nothing is wrong."""
        with suppress(FileNotFoundError):
            return (self.folder / _TROUBLE).read_text()
        return ""

    def sweep(self) -> None:
        """Remove what a killed process left half-way, and try anew what was refused."""
        for folder in (*self.folder.glob("arriving-*"), self.folder / _REFUSED):
            shutil.rmtree(folder, ignore_errors=True)

    def _known(self) -> Lead | None:
        with suppress(UnreadableLeadError):
            return self.leads()
        return None

    def _heed(self, refusal: Path, lead: Lead) -> None:
        with suppress(FileNotFoundError):
            if time.time() - refusal.stat().st_mtime < REFUSED_SECONDS:
                raise RefusedModelError(lead.version, refusal.read_text())


def _demand(folder: Path, digest: str) -> None:
    """Refuse a folder whose manifest is another than the one that is meant."""
    if bundle_digest(folder) != digest:
        raise TamperedBundleError(MANIFEST)


def _write(path: Path, text: str) -> None:
    """Write a file whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)
