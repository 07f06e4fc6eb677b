"""Days are reported again when more is told of their decisions, a few at a time."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

import dagster as dg
import pytest

from risk_platform.definitions import build_definitions
from risk_platform.errors.sources import OutcomesError
from risk_platform.orchestration.monitoring.ripening import MOST_DAYS
from risk_platform.settings import Settings

FIRST, DAY_MS = 1_767_225_600_000, 86_400_000


def day(number: int) -> str:
    """Return a day of January 2026."""
    return f"{date(2026, 1, 1) + timedelta(days=number)}"


def sensor_of(definitions: dg.Definitions) -> dg.SensorDefinition:
    """Return the sensor, as Dagster loads it."""
    return definitions.resolve_sensor_def("report_drift_when_outcomes_grow")


class Ripening:
    """Outcomes, and the sensor that looks at them again and again."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.definitions = build_definitions(Settings(outcomes=str(file)))
        self.cursor: str | None = None
        self.keys = set[str]()

    def tell(self, days: Iterable[int], months: int) -> None:
        """Tell of one decision of each day."""
        ids = [f"{FIRST + number * DAY_MS:012x}70008000000000000000" for number in days]
        rows = [f"{one},{months},\n" for one in ids]
        self.file.write_text("".join(["decision_id,observed_months,default_month\n", *rows]))

    def look(self) -> list[str | None]:
        """Let the sensor look once, and return the days that it asks for, each by a new key."""
        with dg.DagsterInstance.ephemeral() as instance:
            context = dg.build_sensor_context(
                instance, cursor=self.cursor, definitions=self.definitions
            )
            tick = sensor_of(self.definitions).evaluate_tick(context)
        self.cursor = tick.cursor
        asked = tick.run_requests or []
        assert self.keys.isdisjoint(str(one.run_key) for one in asked)
        self.keys |= {str(one.run_key) for one in asked}
        return [one.partition_key for one in asked]


@pytest.fixture
def ripening(tmp_path: Path) -> Ripening:
    """Return it, where nothing is told yet."""
    made = Ripening(tmp_path / "outcomes.csv")
    made.tell([], 0)
    return made


def test_a_day_is_reported_again_when_more_is_told_of_it(ripening: Ripening) -> None:
    """And only then."""
    assert ripening.look() == []
    ripening.tell([0, 1], months=1)
    assert ripening.look() == [day(0), day(1)]
    assert ripening.look() == []
    ripening.tell([0, 1, 2], months=1)
    assert ripening.look() == [day(2)]


def test_many_days_are_reported_a_few_at_a_time(ripening: Ripening) -> None:
    """None is forgotten, and none is asked for twice."""
    ripening.tell(range(10), months=1)
    asked = [ripening.look() for _ in range(4)]
    assert [len(days) for days in asked] == [MOST_DAYS, MOST_DAYS, 2, 0]
    assert [*chain(*asked)] == [day(number) for number in range(10)]


def test_days_that_are_none_of_decisions_are_left_out(ripening: Ripening) -> None:
    """Such as of before there was a log."""
    ripening.tell([-400], months=1)
    assert ripening.look() == []


def test_a_file_that_cannot_be_understood_is_no_outcome(ripening: Ripening) -> None:
    """The tick fails, and remembers what it knew."""
    ripening.tell([0], months=1)
    ripening.look()
    ripening.tell([0], months=-1)
    with pytest.raises(OutcomesError):
        ripening.look()
    ripening.tell([0], months=1)
    assert ripening.look() == []


def test_without_a_file_there_is_nothing_to_look_at() -> None:
    """It says so."""
    sensor = sensor_of(build_definitions(Settings(outcomes="")))
    with dg.DagsterInstance.ephemeral() as instance:
        tick = sensor.evaluate_tick(dg.build_sensor_context(instance))
    assert tick.skip_message == "RISK_OUTCOMES names no file"
