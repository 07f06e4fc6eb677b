"""The courier: a process beside the service that brings it models, so that MLflow is not within it.

A registry that hangs, or a model that is none, costs a courier, and scoring goes on.
"""

from risk_platform.settings import Settings
from serving.beside import work


def main() -> None:
    """Bring models."""
    settings = Settings()

    def bring() -> None:
        # MLflow takes seconds to import, and memory: who waits for its turn does without.
        from serving.rounds import make_rounds  # noqa: PLC0415

        make_rounds(settings)

    work(settings.models_folder / "courier.lock", bring)


if __name__ == "__main__":
    main()
