"""The service: applications scored with the champion of this process."""

from datetime import UTC, datetime

from risk_platform.handover.models import LoadedModel
from risk_platform.scoring.score import Scored, score_applications
from serving.champions import Champion, Champions
from serving.reading import Application


class ScoringService:
    """Score applications with the champion.

    Parameters
    ----------
    champions
        Who knows which model answers.
    """

    def __init__(self, champions: Champions) -> None:
        self._champions = champions

    @property
    def champion(self) -> Champion:
        """The model that answers; as ``Champions.champion``."""
        return self._champions.champion

    def score(self, application: Application) -> tuple[Scored, LoadedModel]:
        """Score an application; also return the model that did."""
        model = self.champion.model
        today = datetime.now(UTC)
        month = (today.year - 1970) * 12 + today.month - 1
        scored, *_ = score_applications(model.bundle, [application], month, [False])
        return scored, model
