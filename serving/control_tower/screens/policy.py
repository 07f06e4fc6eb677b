"""Policy: what approving from each score on brings and costs, and whom it swaps for whom."""

import streamlit as st

from risk_platform.errors.tables import MissingTableError
from risk_platform.scoring.policy import Policy
from serving.control_tower import asking, parts
from serving.control_tower.figures.frontier import frontier_chart
from serving.control_tower.retold import retold
from serving.control_tower.sources.shelf import Found
from serving.control_tower.sources.views import CutOff, PolicyFrontier, Promotion, Swap
from serving.control_tower.texts import common
from serving.control_tower.texts import policy as texts
from serving.control_tower.tower import Tower


def show(tower: Tower) -> None:
    """Draw the page."""
    parts.header(tower, texts.TITLE, texts.ABOUT)
    with parts.guarded(tower):
        found = parts.published(tower, "policy_frontier", PolicyFrontier)
        if found is None:
            return
        if found.value.cut_offs:
            _frontier(tower, found)
        else:
            said = tower.say(texts.NO_LOANS, all=tower.say.number(found.value.out_of))
            parts.empty(tower, said, parts.MAKE_ALL)


def _frontier(tower: Tower, found: Found[PolicyFrontier]) -> None:
    say, told = tower.say, found.value
    by_points = {one.points: one for one in told.cut_offs}
    policy = _policy(tower, told)
    in_force = by_points.get(policy.approve_from)
    st.caption(
        say(
            texts.LOOK_BACK,
            loans=say.number(told.loans),
            all=say.number(told.out_of),
            defaults=say.number(told.defaults),
        )
    )
    points = st.select_slider(
        say(texts.CUT_OFF),
        sorted(by_points),
        value=(in_force or told.cut_offs[0]).points,
        key="cut-off",
    )
    chosen = by_points[int(points)]
    _figures(tower, chosen, in_force)
    bounds = {"approve": policy.approve_from, "decline": policy.decline_below}
    st.markdown(say(texts.IN_FORCE_IS, **bounds))
    _charts(tower, told, chosen, in_force)
    parts.source(tower, found.origin, note=say(texts.INTERVALS))
    _swap(tower, chosen)
    parts.source(tower, found.origin)


def _policy(tower: Tower, told: PolicyFrontier) -> Policy:
    """Return by which policy the deployed model decides; without one, that of the frontier."""
    try:
        deployed = asking.document(tower, "deployed_champion", Promotion).value
    except MissingTableError:
        return Policy(approve_from=told.approve_from, decline_below=told.decline_below)
    return tower.shelf.policy(deployed.digest)


def _figures(tower: Tower, chosen: CutOff, in_force: CutOff | None) -> None:
    say = tower.say
    columns = st.columns(4 if chosen.profit else 3)
    with columns[0]:
        note = ""
        if in_force and chosen is not in_force:
            change = f"{say.signed(100 * (chosen.share - in_force.share), 1)} pp"
            note = say(texts.AGAINST_FORCE, change=change)
        parts.figure(tower, texts.APPROVED, say.share(chosen.share), note)
    with columns[1]:
        rate = chosen.default_rate
        value = f"{say.share(rate.value, 2)} ({say.shares(rate.low, rate.high)})"
        grade = say.share(chosen.incumbent_default_rate.value, 2)
        parts.figure(tower, texts.DEFAULTS, value, say(texts.AGAINST_GRADE, value=grade))
    with columns[2]:
        grade = say.usd(chosen.incumbent_loss.value)
        note = say(texts.AGAINST_GRADE, value=grade)
        parts.figure(tower, texts.LOSS, say.usd(chosen.loss.value), note)
    if chosen.profit and chosen.incumbent_profit:
        with columns[3]:
            note = say(texts.AGAINST_GRADE, value=say.usd(chosen.incumbent_profit.value))
            parts.figure(tower, texts.PROFIT, say.usd(chosen.profit.value), note)
    if chosen.expected_loss is not None:
        st.caption(say(texts.EXPECTED, value=say.usd(chosen.expected_loss)))


def _charts(tower: Tower, told: PolicyFrontier, chosen: CutOff, in_force: CutOff | None) -> None:
    say = tower.say
    model, grade, approved = say(common.MODEL), say(common.SUB_GRADE), say(texts.SHARE_APPROVED)
    marked = [(say(texts.IN_FORCE), in_force)] if in_force else []
    marked += [(say(texts.CHOSEN), chosen)] if chosen is not in_force else []
    left, right = st.columns(2, gap="medium")
    with left:
        parts.heading(tower, texts.LESS_RISK)
        ways = (model, lambda of: of.default_rate), (grade, lambda of: of.incumbent_default_rate)
        titles = approved, say(texts.DEFAULT_RATE)
        parts.chart(tower, frontier_chart(told.cut_offs, ways, titles, marked, as_share=True))
    with right:
        parts.heading(tower, texts.LESS_LOSS)
        ways = (model, lambda of: of.loss), (grade, lambda of: of.incumbent_loss)
        parts.chart(
            tower, frontier_chart(told.cut_offs, ways, (approved, say(texts.LOSS_USD)), marked)
        )
    parts.heading(tower, texts.MORE_PROFIT)
    if told.why_no_profit:
        parts.banner("unknown", say(texts.NO_PROFIT, why=retold(say, told.why_no_profit)))
        st.code("RISK_PROTOCOL=term_ended make demo", language=None)
        return
    ways = (model, lambda of: of.profit), (grade, lambda of: of.incumbent_profit)
    parts.chart(
        tower, frontier_chart(told.cut_offs, ways, (approved, say(texts.PROFIT_USD)), marked)
    )


def _swap(tower: Tower, chosen: CutOff) -> None:
    say = tower.say
    parts.heading(tower, texts.SWAP)
    st.markdown(say(texts.SWAP_ABOUT))
    named = {texts.TAKEN_IN: chosen.swapped_in, texts.LEFT_OUT: chosen.swapped_out}
    parts.table([{"": say(name), **_row(tower, of)} for name, of in named.items()])
    loss = chosen.swapped_in.loss - chosen.swapped_out.loss
    defaults = chosen.swapped_in.defaults - chosen.swapped_out.defaults
    told = {"loss": f"{say.signed(loss)} USD", "defaults": say.signed(defaults, 1)}
    st.markdown(say(texts.DIFFERENCE, **told))


def _row(tower: Tower, of: Swap) -> dict[str, str]:
    say = tower.say
    return {
        say(texts.GROUP): say.number(of.loans, 1),
        say(texts.DEFAULTED): say.number(of.defaults, 1),
        say(texts.RATE): say.share(of.defaults / of.loans, 2) if of.loans else "-",
        say(texts.LOSS): say.usd(of.loss),
    }
