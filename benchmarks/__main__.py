"""``python -m benchmarks [name …]``: run all benchmarks, or those that are named."""

import sys
from importlib import import_module

NAMES = (
    "first_run",
    "scoring",
    "generator",
    "champion",
    "readers",
    "contract",
    "ingest",
    "training",
    "league",
    "drift",
    "serving",
    "tower",
)


def main() -> None:
    """Run them one after the other."""
    for name in sys.argv[1:] or NAMES:
        import_module(f"benchmarks.{name}").run()


if __name__ == "__main__":
    main()
