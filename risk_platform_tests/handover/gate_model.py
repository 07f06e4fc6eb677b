"""What the gate should do, in a few lines of memory: the model that the real one is held against.

Time is in seconds since the example began. A gate that is locked for a move is shut first where it
should be, as the real one is.
"""

from dataclasses import dataclass, field, replace

from risk_platform.handover.gating.rules import Rules, Verdict

REQUEST_SECONDS = 1_800.0
# Far apart, so that the seconds that a test takes by itself change nothing.
RULES = Rules(lease_seconds=3_000, insufficient_hours=2.5)
_INSUFFICIENT_SECONDS = RULES.insufficient_hours * 3_600


@dataclass(frozen=True)
class Row:
    """What a database holds, and a backup of it too."""

    runs: bool = False
    epoch: int = 0
    lease_until: float = 0.0
    sufficient: float = 0.0
    suspended: frozenset[str] = frozenset()
    asked: tuple["Asked", ...] = ()
    drift_stop: bool = False
    moves: int = 0


@dataclass(frozen=True)
class Asked:
    """A resume that was asked for, by the real id of its event."""

    id: str
    by: str
    epoch: int
    key_id: str | None
    at: float
    is_used: bool = False
    is_void: bool = False


@dataclass
class Model:
    """A gate, what is known outside of its database, and what time it is."""

    row: Row = field(default_factory=Row)
    witness: int = 0
    now: float = 0.0

    @property
    def has_lapsed(self) -> bool:
        """Whether the lease of what runs has ended."""
        return self.row.runs and self.row.lease_until <= self.now

    @property
    def runs(self) -> bool:
        """Whether scoring runs."""
        return self.row.runs and not self.has_lapsed and self.row.epoch >= self.witness

    def settle(self) -> None:
        """Shut it where it should be."""
        if self.row.epoch < self.witness or self.has_lapsed:
            self.move(runs=False)

    def move(self, *, runs: bool) -> None:
        """Stop it, or let it run."""
        self.witness = max(self.row.epoch, self.witness) + 1
        self.row = replace(self.row, runs=runs, epoch=self.witness, moves=self.row.moves + 1)
        if runs:
            until = self.now + RULES.lease_seconds
            self.row = replace(self.row, lease_until=until, sufficient=self.now, drift_stop=False)

    def stop(self, *, by_drift: bool) -> None:
        """Stop it, by drift or by hand."""
        self.settle()
        self.move(runs=False)
        self.row = replace(self.row, drift_stop=self.row.drift_stop or by_drift)

    def open_first(self) -> None:
        """Open it where nobody has moved it."""
        self.settle()
        if self.row.epoch == 0:
            self.move(runs=True)

    def renew(self, verdict: Verdict) -> None:
        """Give another lease where that may be."""
        self.settle()
        too_little = self.now - self.row.sufficient >= _INSUFFICIENT_SECONDS
        if not self.row.runs or (verdict is Verdict.INSUFFICIENT and too_little):
            return
        self.row = replace(self.row, lease_until=self.now + RULES.lease_seconds)
        if verdict is Verdict.SUFFICIENT:
            self.row = replace(self.row, sufficient=self.now)

    def suspend(self, key_id: str) -> None:
        """Serve a key no more; what was asked for it before is void."""
        self.settle()
        if key_id not in self.row.suspended:
            asked = tuple(
                replace(one, is_void=True) if one.key_id == key_id else one
                for one in self.row.asked
            )
            suspended = self.row.suspended | {key_id}
            self.row = replace(self.row, suspended=suspended, asked=asked)

    def fault_of_request(self, epoch: int, key_id: str | None) -> str | None:
        """Return which rule a request breaks."""
        self.settle()
        if key_id is None and self.row.runs:
            return "running"
        if epoch != self.row.epoch:
            return "epoch"
        if key_id is not None and key_id not in self.row.suspended:
            return "key"
        return "evidence" if key_id is None and self.row.drift_stop else None

    def fault_of_approval(self, request: "Asked | None", by: str, epoch: int) -> str | None:
        """Return which rule an approval breaks."""
        self.settle()
        if request is None:
            return "unknown"
        of_key = request.key_id is not None
        broken = {
            "used": request.is_used,
            "running": not of_key and self.row.runs,
            "epoch": not epoch == request.epoch == self.row.epoch,
            "key": of_key and (request.is_void or request.key_id not in self.row.suspended),
            "expired": self.now - request.at >= REQUEST_SECONDS,
            "self-approval": by == request.by,
        }
        return next((rule for rule, is_broken in broken.items() if is_broken), None)

    def ask(self, asked: Asked) -> None:
        """Put a request down."""
        self.row = replace(self.row, asked=(*self.row.asked, asked))

    def grant(self, request: Asked) -> None:
        """Do what a request asks for."""
        others = tuple(one for one in self.row.asked if one.id != request.id)
        self.row = replace(self.row, asked=(*others, replace(request, is_used=True)))
        if request.key_id is None:
            self.move(runs=True)
        else:
            self.row = replace(self.row, suspended=self.row.suspended - {request.key_id})

    def find(self, request_id: str) -> Asked | None:
        """Return a request that the database knows."""
        return next((one for one in self.row.asked if one.id == request_id), None)
