"""The error tree: what can go wrong, each with the sentence that a person reads.

Every error keeps its facts in ``args``, so that it survives pickling between processes.
"""


class RiskPlatformError(Exception):
    """Anything that this platform raises on purpose."""


class SourceError(RiskPlatformError):
    """A raw source cannot be read as LendingClub loans."""


class BundleError(RiskPlatformError):
    """A model bundle is damaged, incomplete or of another contract."""


class RegistryError(RiskPlatformError):
    """The model registry does not hold what was asked for."""


class ProtocolError(RiskPlatformError):
    """A protocol cannot be followed."""


class UnknownProtocolError(ProtocolError):
    """A protocol was asked for that does not exist."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name, known)

    def __str__(self) -> str:
        """Name the protocol and those that exist."""
        name, known = self.args
        return f"there is no protocol {name!r}; there are: {', '.join(known)}"


class EmptySplitError(ProtocolError):
    """The data at hand leave a split of the protocol empty."""

    def __init__(self, protocol: str, months: int) -> None:
        super().__init__(protocol, months)

    def __str__(self) -> str:
        """Say what the protocol would need."""
        protocol, months = self.args
        return (
            f"protocol {protocol} needs loans with a known outcome from at least 3 issue months, "
            f"and these data hold {months}"
        )


class MissingSourceError(SourceError):
    """There is no raw file where the source should be."""

    def __str__(self) -> str:
        """Name the place."""
        return f"no raw file at {self.args[0]!r}: give a CSV file, a folder of them, or a glob"


class EmptySourceError(SourceError):
    """A raw file holds nothing."""

    def __str__(self) -> str:
        """Name the file."""
        return f"{self.args[0]} is empty"


class NotLendingClubError(SourceError):
    """A raw file does not hold LendingClub's loans."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(file, why)

    def __str__(self) -> str:
        """Name the file and say why."""
        file, why = self.args
        return f"{file} is no file of LendingClub's loans: {why}"


class UnreadableSourceError(SourceError):
    """A raw file is damaged."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(file, why)

    def __str__(self) -> str:
        """Name the file and say why."""
        file, why = self.args
        return f"{file} cannot be read: {why}"


class OpenQuoteError(SourceError):
    """A quote of a raw file is never closed, and swallows what follows."""

    def __init__(self, file: str, record: int, lines: int) -> None:
        super().__init__(file, record, lines)

    def __str__(self) -> str:
        """Name the record."""
        file, record, lines = self.args
        return f"{file} has an open quote: its record {record} goes on for {lines:,} lines"


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


class OneSidedSplitError(ProtocolError):
    """A split holds no default, or nothing else: it can teach and judge nothing."""

    def __init__(self, split: str, loans: int, defaults: int) -> None:
        super().__init__(split, loans, defaults)

    def __str__(self) -> str:
        """Count its loans."""
        split, loans, defaults = self.args
        return f"of the {loans:,} loans of the {split} split {defaults:,} defaulted: use more loans"


class WinsorizeError(RiskPlatformError):
    """Features cannot be winsorised as was asked."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(what, why)

    def __str__(self) -> str:
        """Name what was asked, and say what is wrong with it."""
        what, why = self.args
        return f"winsorize: {what}: {why}"


class MissingTableError(RiskPlatformError):
    """A table was read that nobody has materialised."""

    def __str__(self) -> str:
        """Name the table and say what to do."""
        return f"table {self.args[0]} does not exist yet: materialise that asset first"


class MissingBundleFileError(BundleError):
    """A bundle lacks a file."""

    def __str__(self) -> str:
        """Name the file."""
        return f"the model bundle lacks {self.args[0]}"


class UnexpectedBundleFileError(BundleError):
    """A bundle holds a file that no bundle has."""

    def __str__(self) -> str:
        """Name the file."""
        return f"the model bundle holds {self.args[0]!r}, which no bundle has"


class TamperedBundleError(BundleError):
    """A file of a bundle is not the one that its manifest describes."""

    def __str__(self) -> str:
        """Name the file."""
        return f"{self.args[0]} of the model bundle was changed after it was made"


class ForeignContractError(BundleError):
    """A bundle was made for another contract of columns."""

    def __init__(self, theirs: str, ours: str) -> None:
        super().__init__(theirs, ours)

    def __str__(self) -> str:
        """Show the two contracts."""
        theirs, ours = self.args
        return f"the model was made for contract {theirs[:12]}, and this is contract {ours[:12]}"


class WrongScoresError(BundleError):
    """A model scores otherwise than when it was made."""

    def __str__(self) -> str:
        """Name the version."""
        return f"version {self.args[0]} does not score as it did when it was registered"


class UnreadableBundleError(BundleError):
    """A bundle's files are whole, but none that we can read."""

    def __str__(self) -> str:
        """Say what was wrong."""
        return f"the model bundle cannot be read: {self.args[0]}"


class ForeignFeaturesError(BundleError):
    """A bundle's booster reads other inputs than ours."""

    def __str__(self) -> str:
        """Show how many inputs it reads."""
        return f"the model reads {self.args[0]} inputs that are not those which we build"


class NoChampionError(RegistryError):
    """No version bears the alias."""

    def __init__(self, model: str, alias: str) -> None:
        super().__init__(model, alias)

    def __str__(self) -> str:
        """Say what to do."""
        model, alias = self.args
        return f"no version of {model} is {alias}: materialise registered_champion first"


class UnreachableRegistryError(RegistryError):
    """The registry's store does not answer."""

    def __str__(self) -> str:
        """Say what the store said."""
        return f"the model registry cannot be read: {self.args[0]}"


class DigestMismatchError(RegistryError):
    """What was fetched is not what was registered."""

    def __init__(self, model: str, version: int) -> None:
        super().__init__(model, version)

    def __str__(self) -> str:
        """Name the version."""
        model, version = self.args
        return f"version {version} of {model} is not the bundle that was registered"


class MissingJavaError(RiskPlatformError):
    """Spark has no Java to run on."""

    def __str__(self) -> str:
        """Say what to install."""
        return "there is no Java 17 or 21, and the packaged runtime does not start: install either"


class RunFailedError(RiskPlatformError):
    """A run did not come to its end."""

    def __init__(self, step: str, why: str) -> None:
        super().__init__(step, why)

    def __str__(self) -> str:
        """Name the step and its error."""
        step, why = self.args
        return f"{step} failed: {why}"


class ServiceNotReadyError(RiskPlatformError):
    """The scoring service did not start."""

    def __str__(self) -> str:
        """Say why."""
        return f"the scoring service did not start: {self.args[0]}"


class BusyHomeError(RiskPlatformError):
    """Another command does in the same home what only one can do at a time."""

    def __init__(self, home: object, task: str) -> None:
        super().__init__(home, task)

    def __str__(self) -> str:
        """Name the home and what is done there."""
        home, task = self.args
        return f"another {task} is at work in {home}: wait for it, or set RISK_HOME"


class UnwritableFolderError(RiskPlatformError):
    """Nothing can be written into a folder that was named."""

    def __init__(self, folder: object, why: str | None) -> None:
        super().__init__(folder, why)

    def __str__(self) -> str:
        """Name the folder."""
        folder, why = self.args
        return f"{folder} cannot be written into: {why}"


class PortTakenError(RiskPlatformError):
    """Another program listens where a service should."""

    def __init__(self, host: str, port: int, setting: str) -> None:
        super().__init__(host, port, setting)

    def __str__(self) -> str:
        """Name the port and the setting that changes it."""
        host, port, setting = self.args
        return f"port {port} of {host} is taken: end what listens there or set {setting}"


class TableError(RiskPlatformError):
    """A table cannot be read or published as it should."""


class MissingVersionError(TableError):
    """A version of a table was asked for by a name that none of those bears which stay."""

    def __init__(self, table: str, version: str, kept: tuple[str, ...]) -> None:
        super().__init__(table, version, kept)

    def __str__(self) -> str:
        """Name those that can be read."""
        table, version, kept = self.args
        return f"table {table} keeps no version {version!r}; it keeps: {', '.join(kept)}"


class DamagedTableError(TableError):
    """A file of a published table is not the one that its manifest describes."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(file, why)

    def __str__(self) -> str:
        """Name the file and say what to do."""
        file, why = self.args
        return f"{file} {why}: materialise the table again, or read an earlier version of it"


class UnverifiedVersionError(TableError):
    """What a writer has written is not one whole table, and is not published."""

    def __init__(self, version: str, why: str) -> None:
        super().__init__(version, why)

    def __str__(self) -> str:
        """Say what is wrong."""
        version, why = self.args
        return f"version {version} is not published: {why}"


class StaleWriterError(TableError):
    """Another writer of the table began later, and its version is the one that counts."""

    def __init__(self, version: str, other: str) -> None:
        super().__init__(version, other)

    def __str__(self) -> str:
        """Name the version and the process that overtook it."""
        version, other = self.args
        return f"version {version} is not published: {other} began to write the table after it"


class UnsafeStoreError(TableError):
    """A disk lets one writer replace what another has published."""

    def __str__(self) -> str:
        """Name the place and say what to do."""
        return (
            f"{self.args[0]} does not refuse to create a file that exists: keep tables on a local "
            "disk, or on S3, GCS or Azure"
        )


class UnreachableStoreError(TableError):
    """The remote disk that tables are to be on does not answer, or not us."""

    def __init__(self, root: str, why: str) -> None:
        super().__init__(root, why)

    def __str__(self) -> str:
        """Name the place and the cause."""
        root, why = self.args
        return f"{root} cannot be reached: {why}"
