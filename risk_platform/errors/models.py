"""Errors of models: bundles that are not whole, and a registry that does not hold them."""

from risk_platform.errors.base import RiskPlatformError


class BundleError(RiskPlatformError):
    """A model bundle is damaged, incomplete or of another contract."""


class LightGBMError(RiskPlatformError):
    """LightGBM's library did not do what it was asked."""

    def __str__(self) -> str:
        """Say what it says."""
        return f"LightGBM: {self.args[0]}"


class AbsentBundleError(BundleError):
    """The cache of models does not hold a bundle."""

    def __init__(self, version: int) -> None:
        super().__init__(version)

    def __str__(self) -> str:
        """Name the version."""
        return f"version {self.args[0]} is not in the cache of models"


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


class RefusedModelError(BundleError):
    """A bundle did not pass its trial in a process of its own."""

    def __init__(self, version: int, why: str) -> None:
        super().__init__(version, why)

    @property
    def why(self) -> str:
        """What came of the trial."""
        return self.args[1]

    def __str__(self) -> str:
        """Name the version and the cause."""
        return f"version {self.args[0]} is refused: {self.why}"


class UnreadableLeadError(BundleError):
    """The cache of models does not say which one leads."""

    def __str__(self) -> str:
        """Name the file and say what to do."""
        return f"{self.args[0]} cannot be read: remove it, and it is made anew"


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


class NotReadyError(RiskPlatformError):
    """There is no model to score with."""

    def __str__(self) -> str:
        """Say why."""
        return f"no model is loaded: {self.args[0]}"


class RegistryError(RiskPlatformError):
    """The model registry does not hold what was asked for."""


class NoChampionError(RegistryError):
    """No version bears the alias."""

    def __init__(self, model: str, alias: str) -> None:
        super().__init__(model, alias)

    def __str__(self) -> str:
        """Say what to do."""
        model, alias = self.args
        return (
            f"no version of {model} is {alias}: `risk-platform champions` shows what is proposed, "
            "and the page of proposed_champion why nothing was"
        )


class UnknownVersionError(RegistryError):
    """The registry holds no such version."""

    def __init__(self, model: str, version: int) -> None:
        super().__init__(model, version)

    def __str__(self) -> str:
        """Name the version."""
        model, version = self.args
        return f"there is no version {version} of {model}"


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


class ForeignChampionError(RegistryError):
    """The registry names a champion that nobody let lead."""


class PromotionError(RiskPlatformError):
    """A version may not come to lead in this way."""


class NotProposedError(PromotionError):
    """A version is not the one that passed the gate last."""

    def __init__(self, version: int, challenger: int | None) -> None:
        super().__init__(version, challenger)

    def __str__(self) -> str:
        """Say which one is."""
        version, challenger = self.args
        asked = f"version {version} is not the challenger"
        if challenger is None:
            return f"{asked}: none has passed the gate yet"
        return f"{asked}: version {challenger} passed the gate last"


class OwnProposalError(PromotionError):
    """Who approves a version is who made or proposed it."""

    def __init__(self, version: int, by: str) -> None:
        super().__init__(version, by)

    def __str__(self) -> str:
        """Name the person."""
        version, by = self.args
        return f"{by} made or proposed version {version}: somebody else must approve it"


class MissingReasonError(PromotionError):
    """Nobody said who decides, or why."""

    def __str__(self) -> str:
        """Say what is missing."""
        return "a decision needs a name and a reason"


class NoEarlierChampionError(PromotionError):
    """There is no version to go back to."""

    def __init__(self, model: str, version: int | None) -> None:
        super().__init__(model, version)

    def __str__(self) -> str:
        """Say what never led."""
        model, version = self.args
        if version is None:
            return f"no other version of {model} ever led"
        return f"version {version} of {model} never led: roll back to one that did"


class ChangedRecordError(PromotionError):
    """The record changed between looking and writing."""

    def __str__(self) -> str:
        """Say what to do."""
        return "somebody else proposed or decided meanwhile: look again before you decide"


class DamagedRecordError(PromotionError):
    """The record of promotions cannot be read."""

    def __str__(self) -> str:
        """Name the document."""
        return f"the document {self.args[0]} cannot be read: its earlier versions stand beside it"
