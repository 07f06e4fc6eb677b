"""A folder of scores: filled file by file, so that whoever is killed goes on where it ended.

Each raw file is known by its bytes. Its rows stand below ``scores`` and ``quarantine`` in a folder
of its own, and count as soon as its report stands in ``done``: what has none is made anew.
"""

import hashlib
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import TypeAdapter

from risk_platform.errors.portfolios import BusyPortfolioError, OtherModelError
from risk_platform.sources.raw_file import RawFile
from risk_platform.store.durable import replace_file

_KINDS = ("scores", "quarantine")
_ODD = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileScores:
    """What became of one raw file; ``records`` = ``scored`` + all that is set aside or no loan.

    Parameters
    ----------
    file, sha256
        Its name, and the digest of its bytes.
    records
        Records below its header.
    scored
        Loans that have a score.
    quarantined, no_loan
        Reason to count.
    """

    file: str
    sha256: str
    records: int
    scored: int
    quarantined: Mapping[str, int]
    no_loan: Mapping[str, int]

    @property
    def accounted(self) -> int:
        """How many records were scored, are set aside or are no loans."""
        return self.scored + sum(self.quarantined.values()) + sum(self.no_loan.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All that a folder holds.

    Parameters
    ----------
    model_version, model_digest
        What scored it.
    records, scored, quarantined, no_loan
        Sums over the files.
    files
        What became of each, in the order of their names.
    """

    model_version: int
    model_digest: str
    records: int
    scored: int
    quarantined: int
    no_loan: int
    files: Sequence[FileScores]


_FILE, _SUMMARY = TypeAdapter(FileScores), TypeAdapter(Summary)


class Portfolio:
    """A folder of scores of one model.

    Parameters
    ----------
    folder
        Where it is; it need not be there yet.
    version, digest
        The model.
    """

    def __init__(self, folder: Path, version: int, digest: str) -> None:
        self.folder, self._version, self._digest = folder, version, digest

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Let nobody else write into it, and sweep what a killed command left half-way.

        Raises
        ------
        BusyPortfolioError
            Another command does.
        OtherModelError
            It holds scores of another model.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.folder / ".lock", timeout=0):
                self._refuse_other_model()
                shutil.rmtree(self._work, ignore_errors=True)
                yield
                self._sum_up()
        except Timeout as error:
            raise BusyPortfolioError(self.folder) from error

    def done(self, key: str) -> FileScores | None:
        """Return what became of a file; ``None`` where it is still to be scored."""
        report = self.folder / "done" / f"{key}.json"
        return _FILE.validate_json(report.read_bytes()) if report.exists() else None

    @contextmanager
    def filling(self) -> Iterator[tuple[Path, Path, Path]]:
        """Give a file's folders: of landed loans, of its scores (not made yet), of quarantine."""
        loans, scores, quarantine = (self._work / name for name in ("loans", *_KINDS))
        loans.mkdir(parents=True)
        quarantine.mkdir()
        try:
            yield loans, scores, quarantine
        finally:
            shutil.rmtree(self._work)

    def finish(self, key: str, report: FileScores) -> None:
        """Let what was filled count."""
        for kind in _KINDS:
            place = self.folder / kind / f"file={key}"
            shutil.rmtree(place, ignore_errors=True)
            place.parent.mkdir(exist_ok=True)
            (self._work / kind).rename(place)
        replace_file(self.folder / "done" / f"{key}.json", _FILE.dump_json(report, indent=1))

    def summary(self) -> Summary:
        """Sum up all files that are done."""
        reports = [_FILE.validate_json(p.read_bytes()) for p in self.folder.glob("done/*.json")]
        return Summary(
            model_version=self._version,
            model_digest=self._digest,
            records=sum(one.records for one in reports),
            scored=sum(one.scored for one in reports),
            quarantined=sum(sum(one.quarantined.values()) for one in reports),
            no_loan=sum(sum(one.no_loan.values()) for one in reports),
            files=sorted(reports, key=lambda one: one.file),
        )

    @property
    def _work(self) -> Path:
        return self.folder / ".work"

    def _sum_up(self) -> None:
        content = _SUMMARY.dump_json(self.summary(), indent=1)
        replace_file(self.folder / "summary.json", content)

    def _refuse_other_model(self) -> None:
        summary = self.folder / "summary.json"
        if not summary.exists():
            self._sum_up()
        known = _SUMMARY.validate_json(summary.read_bytes())
        if known.model_digest != self._digest:
            raise OtherModelError(self.folder, known.model_version, self._version)


def key_of(raw: RawFile, sha256: str) -> str:
    """Return what a raw file is known by: its name, and a digest of all that is read of it."""
    whole = hashlib.sha256(f"{sha256} {raw.member} {raw.encoding}".encode()).hexdigest()
    return f"{_ODD.sub('_', Path(raw.name).name)}-{whole[:12]}"
