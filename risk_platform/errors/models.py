"""Errors of models: bundles that are not whole, and a registry that does not hold them."""

from risk_platform.errors.base import RiskPlatformError


class BundleError(RiskPlatformError):
    """A model bundle is damaged, incomplete or of another contract."""


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
        """Name them."""
        return f"the model reads inputs that we do not build: {', '.join(self.args[0])}"


class RegistryError(RiskPlatformError):
    """The model registry does not hold what was asked for."""


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
