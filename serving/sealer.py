"""The sealer: a process beside the service that seals and anchors what was decided.

Within the service it would hold up scores, which share one interpreter with it.
"""

from risk_platform.settings import Settings
from serving.beside import work


def main() -> None:
    """Seal again and again."""
    settings = Settings()

    def seal() -> None:
        # SQLAlchemy takes memory: who waits for its turn does without.
        from serving.sealing import seal_for_ever  # noqa: PLC0415

        seal_for_ever(settings)

    work(settings.root / "sealer.lock", seal)


if __name__ == "__main__":
    main()
