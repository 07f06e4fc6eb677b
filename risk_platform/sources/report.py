"""Reports: what a raw file held, so that every record of it is accounted for."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileReport:
    """What one raw file held; the counts add up to ``records``.

    Parameters
    ----------
    file, sha256
        Its name and the digest of its bytes, as they lay on disk when they were read.
    columns
        How many columns of the contract it has.
    ignored
        Names in its header that the contract does not have.
    absent
        Names of the contract that its header does not have.
    records
        Records below the header. A quoted line break does not end one.
    recounted
        The same, counted from the bytes alone.
    loans, amount_usd
        Records that became raw loans, and the sum of their ``loan_amnt``: the control total.
    no_loan, quarantined
        Reason to count.
    """

    file: str
    sha256: str
    columns: int
    ignored: tuple[str, ...]
    absent: tuple[str, ...]
    records: int
    recounted: int
    loans: int
    amount_usd: float
    no_loan: Mapping[str, int]
    quarantined: Mapping[str, int]

    @property
    def quarantined_share(self) -> float:
        """Of what might have been loans, the share that was set aside."""
        quarantined = sum(self.quarantined.values())
        return quarantined / max(1, quarantined + self.loans)

    @property
    def accounted(self) -> int:
        """How many records became loans, are none, or were set aside."""
        return self.loans + sum(self.no_loan.values()) + sum(self.quarantined.values())

    @property
    def reconciles(self) -> bool:
        """Whether every record is accounted for."""
        return self.accounted == self.records == self.recounted
