"""Errors of fetching from Kaggle: what was asked for, by whom, and what came."""

from risk_platform.errors.sources import SourceError


class KaggleSourceError(SourceError):
    """A source names no file of Kaggle's."""

    def __init__(self, source: str, why: str) -> None:
        super().__init__(source, why)

    def __str__(self) -> str:
        """Show how it is said."""
        source, why = self.args
        return f"{source!r} is no source: {why}; say kaggle:owner/dataset/versions/4#file.csv.gz"


class KaggleCredentialsError(SourceError):
    """Kaggle cannot be asked, or gives nothing, with the credentials there are."""

    def __str__(self) -> str:
        """Say why, and where they belong."""
        return (
            f"no Kaggle credentials that can be used: {self.args[0]}; set KAGGLE_API_TOKEN, in the "
            "environment or in .env"
        )


class ForbiddenDatasetError(SourceError):
    """Kaggle knows who asks, and does not give the data set to them."""

    def __str__(self) -> str:
        """Name the data set and the likely reasons."""
        return (
            f"Kaggle does not give {self.args[0]} to this account: it is private, or there is none "
            "of that name, or its page on Kaggle asks for consent"
        )


class UnknownDatasetError(SourceError):
    """There is no such data set at Kaggle's, or no such version of it."""

    def __str__(self) -> str:
        """Name it."""
        return f"Kaggle has no data set {self.args[0]}"


class UnknownDatasetFileError(SourceError):
    """A data set of Kaggle's does not hold the file."""

    def __init__(self, dataset: str, file: str, files: tuple[str, ...]) -> None:
        super().__init__(dataset, file, files)

    def __str__(self) -> str:
        """Name the file and those that are there."""
        dataset, file, files = self.args
        return f"{dataset} holds no file {file!r}; it holds: {', '.join(files)}"


class UnreachableKaggleError(SourceError):
    """No connection to Kaggle comes about."""

    def __str__(self) -> str:
        """Name the host and what helps without a network."""
        return (
            f"{self.args[0]} cannot be reached: look at network, proxy and certificates, or name a "
            "version that was fetched before, such as /versions/4: it needs no network"
        )


class CutDownloadError(SourceError):
    """A download was cut again and again."""

    def __init__(self, file: str, attempts: int) -> None:
        super().__init__(file, attempts)

    def __str__(self) -> str:
        """Name the file and say what to do."""
        file, attempts = self.args
        return f"the download of {file} was cut {attempts} times: run again, it goes on from there"


class DamagedDownloadError(SourceError):
    """What came from Kaggle is not the file that was asked for."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(file, why)

    def __str__(self) -> str:
        """Name the file and say why."""
        file, why = self.args
        return f"what came from Kaggle as {file} was thrown away: {why}"


class ChangedDownloadError(SourceError):
    """A file in the cache is not the one that was fetched."""

    def __str__(self) -> str:
        """Name the file and say what to do."""
        return f"{self.args[0]} was changed after it was fetched: remove it, and it is fetched anew"


class KaggleAnswerError(SourceError):
    """Kaggle answers with what is neither the file nor a reason."""

    def __str__(self) -> str:
        """Say what it answered."""
        return f"Kaggle answers with {self.args[0]}: try again later"
