"""kagglehub: asked for one file, patiently, and its errors put into sentences.

Imported by `risk_platform.sources.kaggle` alone, and only where the source is Kaggle. Errors of
requests name signed addresses, which are as good as credentials while they last: so none of them
is shown, nor chained to the error that is raised.
"""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import kagglehub
import requests
from kagglehub.clients import build_kaggle_client
from kagglehub.config import (
    clear_kaggle_credentials,
    get_cache_folder,
    get_kaggle_credentials,
    set_kaggle_api_token,
    set_kaggle_credentials,
)
from kagglehub.exceptions import DataCorruptionError
from kagglesdk.datasets.types.dataset_api_service import ApiListDatasetFilesRequest
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter
from urllib3.exceptions import MaxRetryError

from risk_platform.errors.kaggle import (
    CutDownloadError,
    DamagedDownloadError,
    ForbiddenDatasetError,
    KaggleAnswerError,
    KaggleCredentialsError,
    UnknownDatasetError,
    UnknownDatasetFileError,
    UnreachableKaggleError,
)
from risk_platform.errors.sources import SourceError
from risk_platform.sources.kaggle import Account, KaggleFile

ATTEMPTS = 5
LONGEST_PAUSE_SECONDS = 30
# Names of a data set's files that an error lists.
_LISTED = 50
_CUT = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


def cache_folder() -> Path:
    """Return kagglehub's cache: ``KAGGLEHUB_CACHE``, or a folder in the home directory."""
    return Path(get_cache_folder())


def has_credentials() -> bool:
    """Whether kagglehub has credentials: those it was given, or in the files of Kaggle's tools.

    Raises
    ------
    KaggleCredentialsError
        Such a file is damaged.
    """
    try:
        return get_kaggle_credentials() is not None
    except ValueError as damage:
        raise KaggleCredentialsError(str(damage)) from None


def download(wanted: KaggleFile, account: Account, pause_seconds: float) -> Path:
    """Return kagglehub's copy of a file; what was cut is resumed, what may pass is tried again.

    Raises
    ------
    SourceError
        Kaggle does not give the file.
    """
    patiently = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_exponential_jitter(
            multiplier=pause_seconds, max=LONGEST_PAUSE_SECONDS, jitter=pause_seconds
        ),
        retry=retry_if_exception(_may_pass),
        reraise=True,
    )
    with _signed_in(account):
        try:
            return Path(patiently(kagglehub.dataset_download, wanted.handle, wanted.file))
        except requests.HTTPError as error:
            raise _refusal(error, wanted) from None
        except _CUT as error:
            raise _interruption(error, wanted) from None
        except DataCorruptionError:
            why = "its checksum is not the one that Kaggle names"
            raise DamagedDownloadError(wanted.file, why) from None
        except (zipfile.BadZipFile, KeyError):
            raise DamagedDownloadError(wanted.file, "its archive does not hold it") from None
        except (requests.RequestException, ValueError):
            raise KaggleAnswerError("what nobody can read") from None


@contextmanager
def _signed_in(account: Account) -> Iterator[None]:
    # Not through the environment, which Spark and every other child process would inherit.
    if account.token:
        set_kaggle_api_token(account.token.get_secret_value())
    elif account.key:
        set_kaggle_credentials(account.username, account.key.get_secret_value())
    try:
        yield
    finally:
        clear_kaggle_credentials()


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, requests.HTTPError):
        return _status(error) >= HTTPStatus.INTERNAL_SERVER_ERROR or (
            _status(error) == HTTPStatus.TOO_MANY_REQUESTS
        )
    return isinstance(error, (*_CUT, DataCorruptionError))


def _status(error: requests.HTTPError) -> int:
    return error.response.status_code if error.response is not None else 0


def _interruption(error: requests.RequestException, wanted: KaggleFile) -> SourceError:
    refused = bool(error.args) and isinstance(error.args[0], MaxRetryError)
    if not (refused or isinstance(error, requests.ConnectTimeout)):
        return CutDownloadError(wanted.file, ATTEMPTS)
    host = urlsplit(error.request.url or "").hostname if error.request else None
    return UnreachableKaggleError(str(host or "Kaggle"))


def _refusal(error: requests.HTTPError, wanted: KaggleFile) -> SourceError:
    status = _status(error)
    if error.response is not None and error.response.history:
        # Kaggle has agreed, and has sent us on to its storage: a proxy may forbid that.
        host = urlsplit(error.response.url).hostname
        return KaggleAnswerError(f"HTTP {status} from {host}")
    if status == HTTPStatus.NOT_FOUND:
        return _what_is_missing(wanted)
    if status not in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        return KaggleAnswerError(f"HTTP {status}")
    if not has_credentials():
        return KaggleCredentialsError(f"Kaggle wants some for {wanted.dataset}, and none are set")
    if status == HTTPStatus.UNAUTHORIZED:
        return KaggleCredentialsError("Kaggle does not know them")
    return ForbiddenDatasetError(wanted.dataset)


def _what_is_missing(wanted: KaggleFile) -> SourceError:
    """Tell a data set that is not there from one that lacks the file."""
    request = ApiListDatasetFilesRequest()
    request.owner_slug, request.dataset_slug = wanted.dataset.split("/")
    request.dataset_version_number = wanted.version
    request.page_size = _LISTED
    try:
        with build_kaggle_client() as client:
            found = client.datasets.dataset_api_client.list_dataset_files(request)
    except (requests.RequestException, ValueError):
        return UnknownDatasetError(wanted.handle)
    names = tuple(file.name for file in found.dataset_files or () if file)
    return UnknownDatasetFileError(wanted.handle, wanted.file, names)
