"""Kaggle: LendingClub's files as Kaggle publishes them, fetched once and known by their checksum.

A source says ``kaggle:owner/dataset``, with ``/versions/4`` behind it for one version and ``#file``
for a file inside. What was fetched stays in kagglehub's cache, its SHA-256 beside it.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from filelock import FileLock
from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from risk_platform.errors.kaggle import KaggleCredentialsError, KaggleSourceError
from risk_platform.sources.integrity import recall_or_keep_checksum

SCHEME = "kaggle:"
# The loans that were granted; what else lies in these data sets is of no use here.
DEFAULT_FILES = {
    "wordsforthewise/lending-club": "accepted_2007_to_2018Q4.csv.gz",
    "ethon0426/lending-club-20072020q1": "Loan_status_2007-2020Q3.gzip",
}
_SPELLING = re.compile(
    r"kaggle:(?P<dataset>[\w-]+/[\w-]+)(/versions/(?P<version>[1-9]\d{0,8}))?(#(?P<file>[^\\]+))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class KaggleFile:
    """A file of a data set.

    Parameters
    ----------
    dataset
        Owner and name: ``wordsforthewise/lending-club``.
    file
        Path inside the data set.
    version
        The data set's; ``None`` for its newest, which only Kaggle can tell.
    """

    dataset: str
    file: str
    version: int | None = None

    @property
    def handle(self) -> str:
        """What kagglehub calls the data set."""
        return f"{self.dataset}/versions/{self.version}" if self.version else self.dataset


@dataclass(frozen=True, slots=True)
class Account:
    """Who asks Kaggle; no text of it shows a secret.

    Parameters
    ----------
    token
        An API token; it counts more than the key.
    username, key
        The older form.
    """

    token: SecretStr | None = None
    username: str = ""
    key: SecretStr | None = None

    @property
    def origin(self) -> str:
        """The variables that it is from; empty where there is none."""
        if self.token:
            return "KAGGLE_API_TOKEN"
        return "KAGGLE_USERNAME and KAGGLE_KEY" if self.key else ""


class _Environment(BaseSettings):
    """Kaggle's own variables, as its other tools read them; ``.env`` may hold them too."""

    model_config = SettingsConfigDict(env_prefix="KAGGLE_", env_file=".env", extra="ignore")

    api_token: SecretStr = SecretStr("")
    username: str = ""
    key: SecretStr = SecretStr("")


def is_kaggle(source: str) -> bool:
    """Whether a source is one of Kaggle's."""
    return source.startswith(SCHEME)


def parse_source(source: str) -> KaggleFile:
    """Read ``kaggle:owner/dataset/versions/4#file``.

    Raises
    ------
    KaggleSourceError
        It is spelled otherwise, or names no file of a data set whose files we do not know.
    """
    spelled = _SPELLING.fullmatch(source)
    if not spelled:
        raise KaggleSourceError(source, "it is not spelled so")
    dataset, version = spelled["dataset"], spelled["version"]
    file = spelled["file"] or DEFAULT_FILES.get(dataset)
    if not file:
        raise KaggleSourceError(source, "it does not say which file")
    # The path is one of this machine as well: it may not lead out of the cache.
    if PurePosixPath(file).is_absolute() or {"..", "."} & set(file.split("/")):
        raise KaggleSourceError(source, "the file is not inside the data set")
    return KaggleFile(dataset, file, int(version) if version else None)


def read_account() -> Account:
    """Read who asks, from the environment or ``.env``.

    Raises
    ------
    KaggleCredentialsError
        They are incomplete, or hold what no credential does.
    """
    found = _Environment()
    token = found.api_token.get_secret_value().strip()
    # Kaggle's tools take the path of a file for the token as well.
    if os.path.isfile(token):  # noqa: PTH113 - which is False, not an error, for a very long name
        token = Path(token).read_text(encoding="utf-8").strip()
    if token:
        return Account(token=_printable("KAGGLE_API_TOKEN", token))
    username, key = found.username.strip(), found.key.get_secret_value().strip()
    if bool(username) != bool(key):
        lacking = "KAGGLE_KEY" if username else "KAGGLE_USERNAME"
        raise KaggleCredentialsError(f"{lacking} is not set, and the other is")
    if not key:
        return Account()
    _printable("KAGGLE_USERNAME", username)
    return Account(username=username, key=_printable("KAGGLE_KEY", key))


def _printable(name: str, secret: str) -> SecretStr:
    # With another character requests would raise an error that shows the secret.
    if not (secret.isascii() and secret.isprintable() and " " not in secret):
        raise KaggleCredentialsError(f"{name} holds a blank or a character that none has")
    return SecretStr(secret)


def account_in_use() -> str:
    """Say where the credentials are that would be used; empty where there are none.

    No request is made, so it is not known whether Kaggle takes them.
    """
    # Half a second to import, and it sets up loggers: only who names Kaggle as source pays that.
    from risk_platform.sources.kaggle_hub import has_credentials  # noqa: PLC0415

    return read_account().origin or ("a file of Kaggle's own tools" if has_credentials() else "")


def local_path(source: str) -> str:
    """Return where the files of a source lie on this machine; Kaggle's are fetched."""
    return str(fetch(parse_source(source))) if is_kaggle(source) else source


def fetch(wanted: KaggleFile, pause_seconds: float = 1.0) -> Path:
    """Return the local copy of a file of Kaggle's, fetched where it is not there yet.

    A version that was fetched before costs no request. A copy that is there is compared with the
    SHA-256 that was kept when it came.

    Parameters
    ----------
    wanted
        The file.
    pause_seconds
        After the first attempt that fails; each next is about twice as long.

    Raises
    ------
    SourceError
        Kaggle does not give the file, or what lies here is not what it gave.
    """
    # For the reason given above.
    from risk_platform.sources.kaggle_hub import cache_folder, download  # noqa: PLC0415

    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    # Two that resume the same file would both append to it.
    with FileLock(folder / f"{wanted.dataset.replace('/', '-')}.lock"):
        path = download(wanted, read_account(), pause_seconds)
        recall_or_keep_checksum(path)
    return path
