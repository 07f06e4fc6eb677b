"""Upload: a file of applications, scored by the API and reconciled; a part of Portfolio."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import streamlit as st

from risk_platform.errors.base import RiskPlatformError
from serving.control_tower import asking, parts, uploads
from serving.control_tower.figures import scores
from serving.control_tower.sources.shelf import Origin
from serving.control_tower.sources.views import ChampionReport
from serving.control_tower.texts import common
from serving.control_tower.texts import portfolio as texts
from serving.control_tower.tower import Tower

_SHOWN = 200
_ALL = "all"


def draw(tower: Tower) -> None:
    """Draw where a file is given, and what became of it."""
    parts.heading(tower, texts.UPLOAD)
    st.markdown(tower.say(texts.UPLOAD_ABOUT))
    most = st.get_option("server.maxUploadSize")
    given = st.file_uploader(tower.say(texts.FILE, most=most), type=["csv"])
    if given is None:
        return
    try:
        batch = uploads.read_file(given.getvalue())
    except uploads.UnreadableFileError as error:
        why = parts.plain(tower.say(error.why, **error.values))
        parts.banner("bad", tower.say(texts.UNREADABLE, error=why), ":material/error:")
        return
    ignored = parts.plain(", ".join(batch.ignored)) or tower.say(texts.NOTHING_IGNORED)
    rows = tower.say.number(len(batch.rows))
    st.markdown(tower.say(texts.READ, rows=rows, ignored=ignored))
    with parts.guarded(tower, texts.NOT_SCORED):
        if st.button(tower.say(texts.SCORE_IT), type="primary"):
            bar = st.progress(0.0, tower.say(texts.WORKING))
            try:
                scored = uploads.score(tower.api, batch, bar.progress)
            finally:
                bar.empty()
            st.session_state["scored"] = batch.digest, scored
        digest, scored = st.session_state.get("scored", ("", None))
        if scored is not None and digest == batch.digest:
            _outcome(tower, batch, scored)


def _outcome(tower: Tower, batch: uploads.Batch, scored: uploads.Scored) -> None:
    say = tower.say
    told = {
        "rows": say.number(scored.rows),
        "scored": say.number(len(scored.answers)),
        "refused": say.number(len(scored.refusals)),
    }
    if scored.is_reconciled:
        parts.banner("good", say(texts.RECONCILED, **told))
    else:
        parts.banner("bad", say(texts.NOT_RECONCILED, **told))
    _figures(tower, batch, scored)
    rows = list(uploads.table(batch, scored, say.language))
    parts.long_table([_shown(tower, row) for row in rows[:_SHOWN]], 420)
    name = f"scored-{batch.digest[:12]}.csv"
    st.download_button(
        say(common.DOWNLOAD), uploads.as_csv(rows), name, "text/csv", icon=":material/download:"
    )
    parts.source(tower, Origin("prediction_log"), Origin("deployed_champion"))


def _shown(tower: Tower, row: Mapping[str, Any]) -> dict[str, str]:
    """Return of a row what a person reads; the file that is handed out has all of it."""
    say, known = tower.say, common.VERDICTS.get(row["verdict"])
    return {
        say(texts.ROW): say.number(row["row"]),
        say(texts.VERDICT): say(known or texts.REFUSED),
        "PD": say.share(row["pd"], 2) if known else "",
        say(common.POINTS): str(row["points"]),
        say(texts.WHY): row["reasons"] or row["refused"],
        say(texts.DECISION): row["decision_id"],
    }


def _figures(tower: Tower, batch: uploads.Batch, scored: uploads.Scored) -> None:
    say, answers = tower.say, list(scored.answers.values())
    if not answers:
        return
    verdicts = Counter(str(one["verdict"]) for one in answers)
    columns = st.columns(3)
    with columns[0]:
        parts.figure(tower, texts.APPROVED, say.share(verdicts["approve"] / len(answers)))
    with columns[1]:
        mean = sum(float(one["pd"]) for one in answers) / len(answers)
        parts.figure(tower, common.MEAN_PD, say.share(mean, 2))
    with columns[2]:
        cost = _cost_of_default(tower)
        loss = "-" if cost is None else say.usd(uploads.expected_loss(batch, scored, cost))
        parts.figure(tower, texts.LOSS_OF_APPROVED, loss)
    spread = [(int(one["points"]), str(one["verdict"])) for one in answers]
    titles = (say(common.POINTS), say(texts.SPREAD))
    parts.chart(tower, scores.points_chart(spread, parts.verdict_names(tower), titles))


def _cost_of_default(tower: Tower) -> float | None:
    """Return what a default costs of each USD lent; ``None`` where nobody learnt it."""
    try:
        losses = asking.document(tower, "champion_report", ChampionReport).value.losses
    except RiskPlatformError:
        return None
    rates = losses.rates.get(_ALL) if losses else None
    return rates.ead_share * rates.lgd if rates else None
