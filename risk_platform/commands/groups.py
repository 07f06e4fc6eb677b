"""Groups of the command line for the store between platform and service: gate, log, keys."""

from typing import Annotated

import typer
from rich.console import Console

from risk_platform.handover.access.roles import Role
from risk_platform.settings import Settings

gate = typer.Typer(name="gate", help="Whether scoring runs.", no_args_is_help=True)
log = typer.Typer(name="log", help="The log of decisions.", no_args_is_help=True)
keys = typer.Typer(name="keys", help="API keys of the service.", no_args_is_help=True)
console = Console()

By = Annotated[str, typer.Option("--as", help="Who decides; the user of the system if none.")]
Reason = Annotated[str, typer.Option(help="Why: it is recorded.")]
DecisionId = Annotated[str, typer.Argument(help="Id of a decision.")]
Epoch = Annotated[int, typer.Option(min=0, help="Where the gate stands: `gate status` says it.")]
Evidence = Annotated[
    str | None,
    typer.Option(help="Digest of a verdict of drift since, where drift stopped scoring."),
]
Incident = Annotated[str | None, typer.Option(help="Name under which it is followed up.")]
KeyName = Annotated[str, typer.Argument(help="Name of a key.")]


@gate.command("status")
def gate_status() -> None:
    """Show how the gate stands; exit 1 where scoring is stopped."""
    from risk_platform.commands import gate as command  # noqa: PLC0415 - spares others SQLAlchemy

    raise typer.Exit(command.status(Settings(), console))


@gate.command("pause")
def gate_pause(reason: Reason, by: By = "", incident: Incident = None) -> None:
    """Stop scoring: when this returns, no decision is committed any more."""
    from risk_platform.commands import gate as command  # noqa: PLC0415

    settings = Settings()
    raise typer.Exit(command.pause(settings, by or settings.proposer, reason, console, incident))


@gate.command("request")
def gate_request(
    reason: Reason,
    epoch: Epoch,
    by: By = "",
    evidence: Evidence = None,
    incident: Incident = None,
) -> None:
    """Ask that scoring run again; somebody else approves it within half an hour."""
    from risk_platform.commands import gate as command  # noqa: PLC0415
    from risk_platform.handover.gating.events import Cause  # noqa: PLC0415

    settings, cause = Settings(), Cause(evidence=evidence, incident=incident)
    plea = command.Plea(by or settings.proposer, reason, cause)
    raise typer.Exit(command.request(settings, plea, epoch, console))


@gate.command("approve")
def gate_approve(
    request_id: Annotated[str, typer.Argument(help="Id of what somebody else asked for.")],
    epoch: Epoch,
    by: By = "",
) -> None:
    """Approve what somebody else asked for."""
    from risk_platform.commands import gate as command  # noqa: PLC0415

    settings = Settings()
    by = by or settings.proposer
    raise typer.Exit(command.approve(settings, request_id, by, epoch, console))


@gate.command("resume")
def gate_resume(
    reason: Reason = "",
    by: By = "",
    evidence: Evidence = None,
    incident: Incident = None,
) -> None:
    """Let scoring run again where RISK_RESUME=single; else say who does what."""
    from risk_platform.commands import gate as command  # noqa: PLC0415
    from risk_platform.handover.gating.events import Cause  # noqa: PLC0415

    settings, cause = Settings(), Cause(evidence=evidence, incident=incident)
    plea = command.Plea(by or settings.proposer, reason, cause)
    raise typer.Exit(command.resume(settings, plea, console))


@gate.command("suspend")
def gate_suspend(name: KeyName, reason: Reason, by: By = "") -> None:
    """Decide nothing for one API key any more, and go on for all others."""
    from risk_platform.commands import gate as command  # noqa: PLC0415

    settings = Settings()
    by = by or settings.proposer
    raise typer.Exit(command.suspend(settings, name, by, reason, console))


@gate.command("reinstate")
def gate_reinstate(name: KeyName, reason: Reason, by: By = "") -> None:
    """Ask that a suspended key be served again; where RISK_RESUME=single, it is."""
    from risk_platform.commands import gate as command  # noqa: PLC0415

    settings = Settings()
    by = by or settings.proposer
    raise typer.Exit(command.reinstate(settings, name, by, reason, console))


@log.command("migrate")
def log_migrate() -> None:
    """Bring the tables up to date, as their owner."""
    from risk_platform.commands import log as command  # noqa: PLC0415

    raise typer.Exit(command.migrate(Settings(), console))


@log.command("grants")
def log_grants(
    service: Annotated[str, typer.Option(help="Role that the service has in PostgreSQL.")],
    sealer: Annotated[str, typer.Option(help="Role that the sealer has.")],
) -> None:
    """Print the SQL that gives both roles what they need, for the tables' owner to run."""
    from risk_platform.commands import log as command  # noqa: PLC0415

    raise typer.Exit(command.grants(service, sealer, console))


@log.command("seal")
def log_seal() -> None:
    """Add what was committed to the chain, and anchor its head outside the database."""
    from risk_platform.commands import log as command  # noqa: PLC0415

    raise typer.Exit(command.seal(Settings(), console))


@log.command("verify")
def log_verify(
    *,
    without_anchors: Annotated[
        bool,
        typer.Option(
            "--without-anchors",
            help="Be content where no file outside the database vouches for the chain.",
        ),
    ] = False,
) -> None:
    """Read the whole log; exit 1 with the place and what was done where it was changed."""
    from risk_platform.commands import log as command  # noqa: PLC0415

    raise typer.Exit(command.verify(Settings(), console, without_anchors=without_anchors))


@log.command("accept-restore")
def log_accept_restore(reason: Reason, by: By = "") -> None:
    """Go on sealing a restored database that lacks what was anchored; the loss stays on record."""
    from risk_platform.commands import log as command  # noqa: PLC0415

    settings = Settings()
    raise typer.Exit(command.accept_restore(settings, by or settings.proposer, reason, console))


@log.command("show")
def log_show(decision_id: DecisionId) -> None:
    """Show one decision, with what was given and what was answered."""
    from risk_platform.commands import log as command  # noqa: PLC0415

    raise typer.Exit(command.show(Settings(), decision_id, console))


@log.command("hold")
def log_hold(decision_id: DecisionId, reason: Reason, by: By = "") -> None:
    """Keep a decision beyond its 25 months, until it is released."""
    from risk_platform.commands import log as command  # noqa: PLC0415

    settings = Settings()
    by = by or settings.proposer
    raise typer.Exit(command.hold(settings, decision_id, by, reason, console))


@log.command("release")
def log_release(decision_id: DecisionId, reason: Reason, by: By = "") -> None:
    """End a legal hold."""
    from risk_platform.commands import log as command  # noqa: PLC0415

    settings = Settings()
    by = by or settings.proposer
    raise typer.Exit(command.release(settings, decision_id, by, reason, console))


@keys.command("create")
def keys_create(
    name: KeyName,
    role: Annotated[list[Role], typer.Option(help="What it opens; may be given again.")],
) -> None:
    """Make a key and show its secret, once."""
    from risk_platform.commands import keys as command  # noqa: PLC0415

    raise typer.Exit(command.create(Settings(), name, role, console))


@keys.command("list")
def keys_list() -> None:
    """Show all keys that ever were, without their secrets."""
    from risk_platform.commands import keys as command  # noqa: PLC0415

    raise typer.Exit(command.show(Settings(), console))


@keys.command("rotate")
def keys_rotate(
    name: KeyName,
    overlap_minutes: Annotated[
        float, typer.Option(min=0, help="For how long the secrets that it has still open.")
    ] = 60.0,
) -> None:
    """Give a key a new secret, and show it, once."""
    from risk_platform.commands import keys as command  # noqa: PLC0415

    raise typer.Exit(command.rotate(Settings(), name, overlap_minutes, console))


@keys.command("revoke")
def keys_revoke(name: KeyName) -> None:
    """Let a key open nothing any more, within 5 seconds everywhere."""
    from risk_platform.commands import keys as command  # noqa: PLC0415

    raise typer.Exit(command.revoke(Settings(), name, console))
