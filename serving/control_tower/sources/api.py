"""The scoring API, as the tower asks it: the one door by which anything is written."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from risk_platform.errors.tower import ServiceRefusedError, ServiceSilentError
from risk_platform.settings import LOOPBACK, Settings

Application = Mapping[str, float | int | str | None]

# A batch of 1,000 waits for those before it.
_SECONDS = 20.0
_EVERYWHERE = {"0.0.0.0", "::", "[::]"}  # noqa: S104 - who listens everywhere is asked on loopback


class Api:
    """The API of one platform.

    Parameters
    ----------
    address
        Where it listens.
    key
        What the tower itself shows it; empty where none is asked for. Each method raises
        ``ServiceSilentError`` where nobody answers, and ``ServiceRefusedError`` where a problem is
        answered.
    """

    def __init__(self, address: str, key: str = "") -> None:
        self.address, self._key = address, key
        self._client = httpx.Client(base_url=address, timeout=_SECONDS, trust_env=False)

    @classmethod
    def of(cls, settings: Settings) -> "Api":
        """Return the API that the settings name."""
        host = LOOPBACK if settings.host in _EVERYWHERE else settings.host
        key = settings.tower_key.get_secret_value() or settings.service_key.get_secret_value()
        return cls(f"http://{host}:{settings.api_port}", key)

    def close(self) -> None:
        """Give up its connections."""
        self._client.close()

    def serving_state(self, key: str = "") -> Mapping[str, Any]:
        """Return how the gate stands; more of it to a key that watches over it."""
        return self._asked("GET", "/serving-state", key=key)

    def model(self) -> Mapping[str, Any]:
        """Return which model answers."""
        return self._asked("GET", "/model")

    def drift_status(self) -> Mapping[str, Any]:
        """Return what the last look for drift found."""
        return self._asked("GET", "/drift-status")

    def predict(self, application: Application) -> Mapping[str, Any]:
        """Have one application decided, with reasons whatever comes of it."""
        return self._asked("POST", "/predict?explain=true", application)

    def predict_batch(
        self, applications: Sequence[Application], name: str = ""
    ) -> Sequence[Mapping[str, Any]]:
        """Have up to 1,000 decided, all of them or none, with reasons.

        Parameters
        ----------
        applications
            In the order of the answers.
        name
            Of the request: sent again under the same, it is answered again and decided once.
        """
        headers = {"Idempotency-Key": hashlib.sha256(name.encode()).hexdigest()} if name else {}
        body = {"applications": list(applications)}
        return self._asked("POST", "/predict/batch?explain=true", body, headers=headers)["scores"]

    def replay(self, decision_id: str) -> Mapping[str, Any]:
        """Have a decision of the log decided again."""
        return self._asked("GET", f"/decisions/{decision_id}/replay")

    def stop(self, reason: str, key: str) -> Mapping[str, Any]:
        """Stop scoring, under the name of a person's key."""
        return self._asked("POST", "/serving-state/stop", {"reason": reason}, key=key)

    def ask_for_resume(
        self, reason: str, epoch: int, key: str, evidence: str = ""
    ) -> Mapping[str, Any]:
        """Ask that scoring run again, under the name of a person's key."""
        order = {"reason": reason, "epoch": epoch} | ({"evidence": evidence} if evidence else {})
        return self._asked("POST", "/serving-state/resume-requests", order, key=key)

    def approve(self, request_id: str, epoch: int, key: str) -> Mapping[str, Any]:
        """Approve what somebody else asked for, under the name of a person's key."""
        path = f"/serving-state/resume-requests/{request_id}/approval"
        return self._asked("POST", path, {"epoch": epoch}, key=key)

    def _asked(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> Any:  # noqa: ANN401 - JSON
        shown = {"Authorization": f"Bearer {key or self._key}"} if key or self._key else {}
        try:
            answer = self._client.request(
                method, path, json=body, headers={**shown, **(headers or {})}
            )
        except httpx.HTTPError as error:
            raise ServiceSilentError(self.address) from error
        if answer.is_success:
            return answer.json()
        raise ServiceRefusedError(answer.status_code, _problem(answer), _wait(answer))


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {"title": answer.reason_phrase}


def _wait(answer: httpx.Response) -> float:
    given = answer.headers.get("retry-after", "")
    return float(given) if given.isdigit() else 0.0
