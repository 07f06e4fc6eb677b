"""Screens: each draws with everything and with nothing, in both languages, and never fails."""

import importlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from risk_platform.scoring.bundle_files import BUNDLES, POLICY
from risk_platform.scoring.policy import Policy
from risk_platform_tests.monitored import world
from risk_platform_tests.serving.control_tower import published
from risk_platform_tests.serving.control_tower.conftest import Platform
from serving.control_tower.language import Language
from serving.control_tower.sources.log import Log
from serving.control_tower.texts import common
from serving.control_tower.texts import governance as governance_texts
from serving.control_tower.texts import score_one as score_texts

SCREENS = ("today", "score_one", "portfolio", "policy", "model", "drift", "governance", "drills")
SECONDS = 180


def drawn(name: str, home: str, port: int, key: str, language: str) -> None:
    """Draw one screen; Streamlit runs this text by itself."""
    import importlib  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    from pydantic import SecretStr  # noqa: PLC0415

    from risk_platform.settings import Settings  # noqa: PLC0415
    from serving.control_tower.language import Language, Speech  # noqa: PLC0415
    from serving.control_tower.sources.api import Api  # noqa: PLC0415
    from serving.control_tower.sources.log import Log  # noqa: PLC0415
    from serving.control_tower.sources.shelf import Shelf  # noqa: PLC0415
    from serving.control_tower.tower import Tower  # noqa: PLC0415

    told = {"home": Path(home), "api_port": port, "tower_key": SecretStr(key)}
    settings = Settings(**told, drills=True)
    sources = settings, Api.of(settings), Log(settings), Shelf(settings)
    tower = Tower(*sources, Speech(Language(language)))
    try:
        importlib.import_module(f"serving.control_tower.screens.{name}").show(tower)
    finally:
        tower.api.close()
        tower.log.close()


def screen(name: str, platform: Platform, language: Language = Language.ENGLISH) -> AppTest:
    """Return a screen as it is drawn first."""
    settings = platform.settings
    given = {
        "name": name,
        "home": str(settings.home),
        "port": settings.api_port,
        "key": settings.tower_key.get_secret_value(),
        "language": language,
    }
    made = AppTest.from_function(drawn, default_timeout=SECONDS, kwargs=given)
    return made.run()


def sentences(of: AppTest) -> str:
    """Return all that a screen says in banners."""
    return "\n".join(
        one.value for kind in (of.info, of.error, of.success, of.warning) for one in kind
    )


@pytest.mark.parametrize("language", [*Language])
@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_shows_what_there_is(full: Platform, name: str, language: Language) -> None:
    """Its title in the reader's language, where its numbers came from, and nothing that failed."""
    shown = screen(name, full, language)
    texts = importlib.import_module(f"serving.control_tower.texts.{name}")
    assert not shown.exception
    assert shown.title[0].value == texts.TITLE.said(language)
    for failed in (common.NOT_SHOWN.said(language, error=""), common.THE_REST.said(language)):
        assert failed.strip() not in sentences(shown)
    if name != "score_one":
        assert any("/assets/" in one.value for one in shown.caption)


@pytest.mark.parametrize("name", SCREENS)
def test_a_screen_without_anything_says_what_fills_it(bare: Platform, name: str) -> None:
    """No traceback, and a command to type."""
    shown = screen(name, bare)
    assert not shown.exception
    commands = [one.value for one in shown.code]
    assert any(command.startswith(("make ", "risk-platform ", "dagster ")) for command in commands)


def test_a_bare_platform_gets_no_files(bare: Platform) -> None:
    """The tower reads: it makes no database, no folder and no table."""
    for name in SCREENS:
        screen(name, bare)
    assert [*bare.settings.root.iterdir()] == []


def test_today_tells_what_was_decided_by_all_and_by_a_sample(full: Platform) -> None:
    """The count is exact, and says how many were looked at."""
    now = datetime.now(UTC)
    (many,) = Log(full.settings).counts([now - timedelta(days=1), now])
    shown = screen("today", full)
    assert f"{many:,}" in {one.value for one in shown.metric}
    assert many >= 2_400
    assert any("decisions, at even distances" in one.value for one in shown.caption)


def test_a_what_if_changes_the_score(full: Platform) -> None:
    """A better FICO gives more points: the service is asked anew."""
    shown = screen("score_one", full)
    before = points(shown)
    slider = next(one for one in shown.slider if one.label == score_texts.FICO.en)
    slider.set_value(820).run()
    assert points(shown) > before


def test_nothing_is_asked_twice_for_the_same_application(full: Platform) -> None:
    """Whatever else is clicked: each answer is a decision in the log."""
    shown = screen("score_one", full)
    decision = shown.caption[-1].value
    shown.run()
    assert shown.caption[-1].value == decision


def test_a_decline_has_its_letter_in_both_languages(full: Platform) -> None:
    """And changes can be looked for."""
    shown = screen("score_one", full)
    shown.selectbox[0].set_value("bad").run()
    assert any("Equal Credit Opportunity Act" in one.value for one in shown.code)
    next(one for one in shown.radio if one.label == score_texts.LETTER_LANGUAGE.en).set_value(
        Language.SPANISH
    ).run()
    assert any("Igualdad de Oportunidades" in one.value for one in shown.code)
    search = next(one for one in shown.button if one.label == score_texts.SEARCH.en)
    search.click().run()
    assert not shown.exception


def test_a_decision_is_made_again_from_the_log(full: Platform) -> None:
    """To the bit."""
    shown = screen("score_one", full)
    next(one for one in shown.button if one.label == score_texts.REPLAY.en).click().run()
    assert score_texts.SAME.en in sentences(shown)


def test_what_is_typed_and_is_no_json_is_told(full: Platform) -> None:
    """And nothing is asked."""
    shown = screen("score_one", full)
    shown.text_area[0].set_value("{mort_acc: 2").run()
    assert not shown.exception
    assert "no JSON object" in sentences(shown)


def test_another_cut_off_tells_what_it_brings(full: Platform) -> None:
    """Beside the one that is in force."""
    shown = screen("policy", full)
    before = [one.value for one in shown.metric]
    slider = shown.select_slider[0]
    slider.set_value(slider.options[0]).run()
    assert [one.value for one in shown.metric] != before


def test_the_policy_in_force_is_that_of_the_model_that_is_deployed(tmp_path: Path) -> None:
    """Not that of the settings, nor the last of the cut-offs where none is the one in force."""
    settings = published.everything(tmp_path, world())
    file = settings.models_folder / BUNDLES / ("d" * 64) / POLICY
    file.parent.mkdir(parents=True)
    file.write_text(Policy(approve_from=999, decline_below=500).to_json())
    shown = screen("policy", Platform(settings))
    assert not shown.exception
    assert any("approved from 999 points" in one.value for one in shown.markdown)
    assert not any("against in force" in str(one.delta) for one in shown.metric)


def test_a_segment_that_nobody_applies_from_has_no_rates(full: Platform) -> None:
    """A rate of none is not 0 %."""
    shown = screen("portfolio", full)
    (now,) = [one.value for one in shown.table if "mean PD now" in one.value.columns]
    unseen = now[now["share now"].str.startswith("0.0")]
    assert set(unseen["mean PD now"]) <= {"-", r"\-"}


def test_a_wrong_key_is_told_of(keyed: Platform) -> None:
    """In words for who typed it; how the gate stands is shown all the same."""
    shown = screen("governance", keyed)
    assert governance_texts.WRONG_KEY.en not in sentences(shown)
    shown.text_input[0].set_value("rk_nobody_knows_it").run()
    assert not shown.exception
    assert governance_texts.WRONG_KEY.en in sentences(shown)
    assert common.RUNNING.en in sentences(shown)


def test_what_a_key_is_not_good_for_is_not_done(keyed: Platform) -> None:
    """And the page says so, in the reader's language."""
    shown = screen("governance", keyed, Language.SPANISH)
    say_why(shown, "a drill", Language.SPANISH)
    press(shown, governance_texts.STOP.es)
    assert not shown.exception
    assert "No se ha hecho nada" in sentences(shown)
    assert "hace falta una clave con el papel operate" in sentences(shown)


def test_scoring_is_stopped_with_a_reason_and_run_again(stoppable: Platform) -> None:
    """By the API's own doors; without a reason nothing is done."""
    shown = screen("governance", stoppable)
    press(shown, governance_texts.STOP.en)
    assert governance_texts.NO_REASON.en in sentences(shown)
    say_why(shown, "a drill of the tower")
    press(shown, governance_texts.STOP.en)
    assert common.STOPPED.en in sentences(shown)
    assert "a drill of the tower" in sentences(screen("today", stoppable))
    say_why(shown, "it was a drill of the tower, and all is well")
    press(shown, governance_texts.ASK.en)
    shown.run()
    assert any("all is well" in one.value for one in shown.markdown)
    next(one for one in shown.button if one.label.startswith("Approve")).click().run()
    assert common.RUNNING.en in sentences(shown)


def test_what_the_service_refuses_is_told_in_its_words(stoppable: Platform) -> None:
    """A reason that explains nothing is none."""
    shown = screen("governance", stoppable)
    say_why(shown, "stop")
    press(shown, governance_texts.STOP.en)
    say_why(shown, "because")
    press(shown, governance_texts.ASK.en)
    assert not shown.exception
    assert "at least 20 characters" in sentences(shown)


def say_why(shown: AppTest, reason: str, language: Language = Language.ENGLISH) -> None:
    """Fill in a reason."""
    label = governance_texts.REASON.said(language)
    next(one for one in shown.text_input if one.label == label).set_value(reason)


def press(shown: AppTest, label: str) -> None:
    """Press a button of a form."""
    next(one for one in shown.button if one.label == label).click().run()


def test_a_log_that_was_tampered_with_is_told_as_such(stoppable: Platform) -> None:
    """Not as something that could not be shown."""
    stoppable.settings.anchors_file.write_text("what no sealer writes\n")
    shown = screen("governance", stoppable)
    press(shown, governance_texts.VERIFY.en)
    assert any("The log is not what it was" in one.value for one in shown.error)


def test_the_dossier_is_put_together(full: Platform) -> None:
    """And says how much it holds."""
    shown = screen("governance", full)
    press(shown, governance_texts.PACK.en)
    assert not shown.exception
    assert any("files" in one.value for one in shown.markdown)


def points(shown: AppTest) -> int:
    """Return the points that are shown."""
    return int(next(one.value for one in shown.metric if one.label == common.POINTS.en))
