"""Recourse: with which changes in a borrower's hands an application would be approved.

Candidates are few on purpose: whatever the service is asked it decides, logs and watches.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

Value = float | int | str | None
Application = Mapping[str, Value]

# Each at most; nobody pays back all that is owed, or earns half as much again, to get a loan.
AMOUNTS = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4)
UTILISATIONS = (60.0, 45.0, 30.0, 15.0, 5.0)
DEBTS = (0.85, 0.7, 0.55, 0.4)
INQUIRIES = (2, 1, 0)
_MONTHLY = 1 / 1_200
_SHORT_MONTHS, _LONG_MONTHS = 36, 60


@dataclass(frozen=True, slots=True)
class Step:
    """One change.

    Parameters
    ----------
    lever
        What is changed: a column of the contract.
    value
        What to.
    effort
        How hard that is, beside other values of the same lever: 0 to 1.
    """

    lever: str
    value: float
    effort: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """Changes that are tried together, and the application with them."""

    steps: tuple[Step, ...]
    application: Application

    @property
    def effort(self) -> float:
        """How hard they are together; two changes are harder than one."""
        return sum(step.effort for step in self.steps) + len(self.steps)


def candidates(application: Application) -> list[Candidate]:
    """Return what is tried: each lever at each value, and two at a time at coarser ones."""
    levers = {name: list(steps(application)) for name, steps in _LEVERS.items()}
    alone = [(step,) for steps in levers.values() for step in steps]
    coarse = {name: steps[1::2] or steps for name, steps in levers.items()}
    names = list(levers)
    pairs = [
        pair
        for at, first in enumerate(names)
        for second in names[at + 1 :]
        for pair in product(coarse[first], coarse[second])
    ]
    return [Candidate(steps, changed(application, steps)) for steps in (*alone, *pairs)]


def least(tried: Sequence[Candidate], verdicts: Sequence[str], most: int = 3) -> list[Candidate]:
    """Return the approved candidates that ask least, no lever or pair of levers twice."""
    approved = [one for one, verdict in zip(tried, verdicts, strict=True) if verdict == "approve"]
    found: dict[frozenset[str], Candidate] = {}
    for one in sorted(approved, key=lambda of: of.effort):
        levers = frozenset(step.lever for step in one.steps)
        if not any(known <= levers for known in found):
            found[levers] = one
    return list(found.values())[:most]


def changed(application: Application, steps: Sequence[Step]) -> Application:
    """Return an application with changes, and with all that follows from them.

    The rate stays what the lender set. An instalment follows from amount, term and rate; balances
    on cards from how much of their limits is used.
    """
    new = dict(application)
    for step in steps:
        if step.lever == "revol_util":
            _pay_down(new, step.value)
        else:
            new[step.lever] = step.value
    amount, term, rate = (_number(new, name) for name in ("loan_amnt", "term", "int_rate"))
    if new.get("installment") is not None and amount and term and rate:
        new["installment"] = round(annuity(amount, term, rate), 2)
    return new


def annuity(amount: float, months: float, rate_pct: float) -> float:
    """Return the monthly instalment of a loan at a rate in % a year."""
    monthly = rate_pct * _MONTHLY
    return amount * monthly / (1 - (1 + monthly) ** -months)


def _pay_down(new: dict[str, Value], utilisation: float) -> None:
    """Pay card balances down to a share of their limits."""
    before = _number(new, "revol_util")
    share = utilisation / before if before else 1.0
    new["revol_util"] = utilisation
    for name in ("revol_bal", "bc_util"):
        if (value := _number(new, name)) is not None:
            new[name] = round(value * share, 1)


def _amounts(application: Application) -> Iterator[Step]:
    if amount := _number(application, "loan_amnt"):
        for share in AMOUNTS:
            lower = round(amount * share / 100) * 100
            if lower > 0:
                yield Step("loan_amnt", lower, 1 - share)


def _terms(application: Application) -> Iterator[Step]:
    term = _number(application, "term")
    if term is not None:
        other = _SHORT_MONTHS if term == _LONG_MONTHS else _LONG_MONTHS
        yield Step("term", other, 0.3)


def _utilisations(application: Application) -> Iterator[Step]:
    if used := _number(application, "revol_util"):
        for value in UTILISATIONS:
            if value < used:
                yield Step("revol_util", value, 1 - value / used)


def _debts(application: Application) -> Iterator[Step]:
    if dti := _number(application, "dti"):
        for share in DEBTS:
            yield Step("dti", round(dti * share, 1), 1 - share)


def _inquiries(application: Application) -> Iterator[Step]:
    if count := _number(application, "inq_last_6mths"):
        for value in INQUIRIES:
            if value < count:
                yield Step("inq_last_6mths", value, 0.2 * (1 - value / count))


_LEVERS: Mapping[str, Callable[[Application], Iterator[Step]]] = {
    "loan_amnt": _amounts,
    "term": _terms,
    "revol_util": _utilisations,
    "dti": _debts,
    "inq_last_6mths": _inquiries,
}


def _number(application: Application, name: str) -> float | None:
    value = application.get(name)
    return float(value) if isinstance(value, (int, float)) else None
