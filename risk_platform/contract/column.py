"""What is said of a column: its block, type, timing, unit, first month, spellings and range."""

from dataclasses import dataclass
from enum import StrEnum


class Block(StrEnum):
    """The part of a loan's story that a column tells."""

    LOAN = "loan"
    BORROWER = "borrower"
    CREDIT_HISTORY = "credit history"
    PAYMENTS = "payments"
    HARDSHIP = "hardship and settlement"
    CO_APPLICANT = "co-applicant"
    METADATA = "dates and metadata"


class DType(StrEnum):
    """How a raw text becomes a value, and what the value is.

    ``FLOAT`` and ``INTEGER`` are plain numbers; ``PERCENT`` is a number that may carry a ``%``;
    ``TERM`` is `` 36 months`` and becomes months; ``EMP_LENGTH`` is ``10+ years`` and becomes
    years (``< 1 year`` is 0); ``MONTH`` is ``Dec-2011`` and becomes the first day of that month;
    ``LABEL`` is one of a closed set of words; ``TEXT`` is anything.
    """

    FLOAT = "float"
    INTEGER = "integer"
    PERCENT = "percent"
    TERM = "term"
    EMP_LENGTH = "employment length"
    MONTH = "month"
    LABEL = "label"
    TEXT = "text"


class Timing(StrEnum):
    """When a value comes to be known: the class that decides who may read it."""

    APPLICATION = "application"
    PRICING = "pricing"
    OUTCOME = "outcome"
    METADATA = "metadata"


class Applicants(StrEnum):
    """Whom a column is asked of; of others it is null."""

    ALL = "all"
    JOINT = "joint applications"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of the loan table.

    Parameters
    ----------
    name
        LendingClub's name, as in the file of 151 columns.
    block, dtype, known
        Part of the loan's story, type, and when the value comes to be known.
    about
        What the column means, in one short sentence of ours.
    unit
        Unit of the value: ``USD``, ``% a year``, ``months``, ``count``; empty where there is none.
    since, until
        First and last issue month (``YYYY-MM``) in which LendingClub filled it; empty: always.
    aliases
        Other header names under which older or newer files carry it.
    labels
        The allowed labels, in order, where ``dtype`` is ``LABEL``.
    spellings
        Pairs of (other spelling, label) that older files use.
    low, high
        Plausible range, inclusive; ``None``: no bound.
    nulls
        Texts that mean "not given", beside the empty one: ``n/a``, or 999 for ``dti``.
    asked_of
        The applications that have it at all.
    may_lack
        Largest share of a vintage's loans, among those that should have it, that may be without;
        1: any. Measured by vintage on real and on generated loans, and then doubled, or half of
        the way to 1 where that is less (``docs/decisions/0009-…``).
    """

    name: str
    block: Block
    dtype: DType
    known: Timing
    about: str
    unit: str = ""
    since: str = ""
    until: str = ""
    aliases: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    spellings: tuple[tuple[str, str], ...] = ()
    low: float | None = None
    high: float | None = None
    nulls: tuple[str, ...] = ()
    asked_of: Applicants = Applicants.ALL
    may_lack: float = 0.01
