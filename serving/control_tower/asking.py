"""Asking: the sources, asked no more often than what they tell can change."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import streamlit as st

from risk_platform.handover.drift import DriftVerdict
from risk_platform.handover.gating.history import Event
from risk_platform.handover.log.tallies import Recent, Sample
from serving.control_tower.sources.shelf import Found
from serving.control_tower.sources.views import DayFindings, Drill
from serving.control_tower.tower import Tower

Shown = TypeVar("Shown")
# All who look at one platform share these. A pause is to show within five seconds: the state of the
# gate is asked for anew by whoever looks.
_SOON = timedelta(seconds=5)


@st.cache_data(ttl=1, show_spinner=False)
def state(_tower: Tower) -> Mapping[str, Any]:
    """Return how the gate stands."""
    return _tower.api.serving_state()


@st.cache_data(ttl=_SOON, show_spinner=False)
def model(_tower: Tower) -> Mapping[str, Any]:
    """Return which model answers."""
    return _tower.api.model()


@st.cache_data(ttl=_SOON, show_spinner=False)
def drift_status(_tower: Tower) -> Mapping[str, Any]:
    """Return what the last look for drift found."""
    return _tower.api.drift_status()


@st.cache_data(ttl=_SOON, show_spinner=False)
def document(_tower: Tower, name: str, _kind: type[Shown]) -> Found[Shown]:
    """Return a published document."""
    return _tower.shelf.document(name, _kind)


@st.cache_data(ttl=_SOON, show_spinner=False)
def counts(_tower: Tower, edges: Sequence[datetime]) -> Sequence[int]:
    """Return how many decisions there were between each two moments."""
    return _tower.log.counts(edges)


@st.cache_data(ttl=_SOON, show_spinner=False)
def sample(_tower: Tower, since: datetime, until: datetime) -> Sample:
    """Return decisions of a time at even distances."""
    return _tower.log.sample(since, until)


@st.cache_data(ttl=_SOON, show_spinner=False)
def latest(_tower: Tower, most: int) -> Sequence[Recent]:
    """Return the last decisions."""
    return _tower.log.latest(most)


@st.cache_data(ttl=_SOON, show_spinner=False)
def events(_tower: Tower, most: int) -> Sequence[Event]:
    """Return the last events of the gate."""
    return _tower.log.events(most)


@st.cache_data(ttl=_SOON, show_spinner=False)
def verdicts(_tower: Tower, most: int) -> Sequence[DriftVerdict]:
    """Return the last verdicts of drift."""
    return _tower.log.verdicts(most)


@st.cache_data(ttl=_SOON, show_spinner=False)
def drift_day(_tower: Tower, day: str) -> Found[DayFindings]:
    """Return what was found of a day."""
    return _tower.shelf.drift_day(day)


@st.cache_data(ttl=_SOON, show_spinner=False)
def drills(_tower: Tower) -> Sequence[Drill]:
    """Return the newest drill of each scenario."""
    return _tower.shelf.drills()
