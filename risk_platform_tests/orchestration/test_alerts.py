"""Alerts: one sentence, to whoever shall know, and no secret in it."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from risk_platform.orchestration.alerts import (
    ATTEMPTS,
    LONGEST_CAUSE,
    Alert,
    UndeliveredError,
    hide_secrets,
    known_secrets,
    post,
)
from risk_platform.settings import Settings
from risk_platform_tests.orchestration.webhook import Webhook

ALERT = Alert("refresh_platform", "1234567890", "raw_loans", "a.csv is empty", "http://ui/runs/1")


def test_an_alert_says_all_in_one_line() -> None:
    """Run, job, step, cause and link, as chat programs show it."""
    assert ALERT.text == (
        "Run 12345678 of refresh_platform failed at raw_loans: a.csv is empty http://ui/runs/1"
    )


def test_an_alert_is_posted_with_its_parts(webhook: Webhook) -> None:
    """Machines read the parts, people the text."""
    post(ALERT, webhook.url)
    assert webhook.bodies == [
        {
            "text": ALERT.text,
            "job": "refresh_platform",
            "run_id": "1234567890",
            "step": "raw_loans",
            "cause": "a.csv is empty",
            "link": "http://ui/runs/1",
        }
    ]


def test_a_busy_webhook_is_asked_again(webhook: Webhook) -> None:
    """What was refused for the moment is posted until it is taken."""
    webhook.statuses = [503, 429, 200]
    post(ALERT, webhook.url)
    assert len(webhook.bodies) == 3


def test_a_webhook_that_refuses_is_left_alone(webhook: Webhook) -> None:
    """A wrong address does not get better."""
    webhook.statuses = [404]
    with pytest.raises(UndeliveredError, match="answered 404"):
        post(ALERT, webhook.url)
    assert len(webhook.bodies) == 1


def test_a_webhook_that_stays_busy_is_given_up(webhook: Webhook) -> None:
    """Patience has its limit, and the address stays unsaid."""
    webhook.statuses = [500]
    with pytest.raises(UndeliveredError) as raised:
        post(ALERT, webhook.url)
    assert len(webhook.bodies) == ATTEMPTS
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/s3cret", "s3cret", "http://[s3cret"])
def test_an_address_that_is_none_stays_unsaid(address: str) -> None:
    """Nobody listens there, or it is no address at all."""
    with pytest.raises(UndeliveredError) as raised:
        post(ALERT, address)
    assert "s3cret" not in str(raised.value)


def test_posting_logs_no_address(webhook: Webhook, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the level of the log, the webhook's address is not in it."""
    caplog.set_level("INFO")
    post(ALERT, webhook.url)
    assert "s3cret" not in caplog.text


def test_a_cause_tells_no_password() -> None:
    """Credentials in addresses and the values of secrets are blanked."""
    cause = "cannot reach postgresql://risk:pa55word@db/runs with abc-token-123"
    told = hide_secrets(cause, ["abc-token-123"])
    assert told == "cannot reach postgresql://***@db/runs with ***"


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        ("at postgresql://risk:p@ss/w0rd@db/runs", "at postgresql://***@db/runs"),
        (
            "GET https://s3/b?X-Sig=ab%2Fc&n=1 failed",
            "GET https://s3/b?X-Sig=***&n=*** failed",
        ),
        ("https://blob/c?sig=AbC%3D", "https://blob/c?sig=***"),
    ],
    ids=["odd password", "signature", "token"],
)
def test_an_address_tells_neither_password_nor_signature(cause: str, told: str) -> None:
    """Whatever stands in the password, and whatever the query calls it."""
    assert hide_secrets(cause, []) == told


def test_a_secret_at_the_end_of_a_long_cause_is_not_cut_in_half() -> None:
    """It is blanked before the cause is cut."""
    cause = "x" * (LONGEST_CAUSE - 3) + "s3cret"
    told = replace(ALERT, cause=cause).without(["s3cret"]).cause
    assert len(told) == LONGEST_CAUSE
    assert "s3c" not in told


def test_secrets_are_known_by_name_and_by_type(monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that are named as secrets are, and settings that are declared so."""
    monkeypatch.setenv("KAGGLE_KEY", "from-the-environment")
    secrets = known_secrets(Settings(alert_webhook=SecretStr("http://127.0.0.1/hook")))
    assert {"from-the-environment", "http://127.0.0.1/hook"} <= set(secrets)


def test_settings_do_not_show_the_webhook() -> None:
    """Whoever prints the settings prints no secret."""
    assert "hook" not in repr(Settings(alert_webhook=SecretStr("http://127.0.0.1/hook"))).replace(
        "alert_webhook", ""
    )
