"""The conduct of a drill by traffic: ordinary days, the bad one, the stop, and days after it."""

import asyncio
from itertools import islice

from risk_platform.commands.drills.ground import (
    Ground,
    Model,
    Reporter,
    demand_running,
    model_of,
)
from risk_platform.commands.drills.posts import in_turn, posts_of, senders_of
from risk_platform.commands.drills.recovery import recover
from risk_platform.commands.drills.stretch import Stretch
from risk_platform.contract.column import Timing
from risk_platform.evaluation.drills import (
    Drill,
    Observed,
    Verdict,
    judge_control,
    judge_traffic,
    time_to_detect,
)
from risk_platform.features.definitions import features_of
from risk_platform.simulation.scenarios import CONTROL, Scenario

_ALERT_SECONDS = 10.0
_PRICED = frozenset(one.name for one in features_of({Timing.PRICING}))


def conduct(scenario: Scenario, ground: Ground) -> Drill:
    """Put a platform through a scenario of traffic, and leave it running.

    Raises
    ------
    ServiceAwayError, StoppedBeforeDrillError
        It does not answer, or scoring is stopped before anything was sent.
    """
    model = model_of(ground)
    report = Reporter(scenario.name, ground, model)
    demand_running(ground)
    if why := _why_not(scenario, ground, model):
        return report.skipped(why)
    observed = asyncio.run(_observe(scenario, ground))
    verdict, sentence = _judged(scenario, observed)
    return report.found(verdict, sentence, time_to_detect(observed, verdict), observed)


def _judged(scenario: Scenario, observed: Observed) -> tuple[Verdict, str]:
    if scenario.name == CONTROL:
        return judge_control(observed)
    return judge_traffic(observed, keyed=scenario.keyed, of_one=scenario.share < 1.0)


def _why_not(scenario: Scenario, ground: Ground, model: Model) -> str:
    """Say why a scenario can show nothing here; empty where it can."""
    if scenario.share < 1.0 and not ground.clients.have_keys:
        return "the service tells no client from another: RISK_AUTH=keys lets it"
    if scenario.of_price and not model.features & _PRICED:
        return "the model reads no price, so that nothing of this reaches it"
    return ""


async def _observe(scenario: Scenario, ground: Ground) -> Observed:
    day = Stretch(ground, senders_of(scenario, ground))
    async with day.watched():
        everybody = in_turn(ground.clients.applying, ground.ordinary())
        await day.send(islice(everybody, ground.before))
        is_false = _is_anybody_stopped(day)
        if not is_false:
            await day.send(posts_of(scenario, ground))
            # What was refused, or decided once, is in no window that anybody looks at.
            if day.record.bad.decisions > 1 or scenario.name == CONTROL:
                await day.wait(ground.patience_seconds)
            is_false = scenario.name == CONTROL and _is_anybody_stopped(day)
        if day.is_stopped:
            await day.watch.until_known(_ALERT_SECONDS)
    began, refused = day.record.began_at, day.record.first_refused_at
    return Observed(
        bad=day.record.bad,
        ordinary=day.record.ordinary,
        false_alarms=int(is_false),
        first_refusal_seconds=refused - began if refused and began else None,
        stop=None if is_false else day.stop(began),
        recovery=await recover(ground, day),
        failures=day.record.failures,
    )


def _is_anybody_stopped(day: Stretch) -> bool:
    return day.is_over or bool(day.record.suspended)
