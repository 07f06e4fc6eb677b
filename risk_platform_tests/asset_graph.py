"""The asset graph as text: what depends on what, and what must hold.

The snapshot is renewed, when a change of the graph is meant, by::

    python -m risk_platform_tests.asset_graph > risk_platform_tests/asset_graph.txt
"""

import sys
from collections.abc import Iterator

import dagster as dg

from risk_platform.definitions import build_definitions
from risk_platform.orchestration.partitions import DAYS
from risk_platform.settings import Settings


def describe(definitions: dg.Definitions) -> str:
    """Return one paragraph an asset, in the order of their names."""
    graph = definitions.resolve_asset_graph()
    checks = sorted(graph.asset_check_keys, key=str)
    lines: list[str] = []
    for key in sorted(graph.get_all_asset_keys(), key=str):
        node = graph.get(key)
        lines.append(key.to_user_string())
        lines.append(f"  group {node.group_name}, kinds {', '.join(sorted(node.kinds))}")
        lines.append(
            f"  from {', '.join(sorted(map(dg.AssetKey.to_user_string, node.parent_keys)))}"
        )
        if node.partitions_def is not None:
            lines.append("  by day" if node.partitions_def == DAYS else "  by quarter of issue")
        lines += _checks(graph, key, checks)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _checks(graph: object, key: dg.AssetKey, checks: list[dg.AssetCheckKey]) -> Iterator[str]:
    for check in checks:
        if check.asset_key == key:
            spec = graph.get_check_spec(check)  # pyright: ignore[reportAttributeAccessIssue]
            yield f"  {'must hold' if spec.blocking else 'should hold'}: {check.name}"


if __name__ == "__main__":
    sys.stdout.write(describe(build_definitions(Settings())))
