"""``python -m deploy.grafana``: write the boards where Grafana reads them."""

import json
from pathlib import Path

from deploy.grafana.boards import BOARDS
from deploy.grafana.panels import Board, render

FOLDER = Path(__file__).parent / "dashboards"


def text_of(board: Board) -> str:
    """Return a board's file."""
    return json.dumps(render(board), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write them all."""
    for board in BOARDS:
        (FOLDER / f"{board.name}.json").write_text(text_of(board))


if __name__ == "__main__":
    main()
