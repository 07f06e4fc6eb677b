"""Trees of Spark's, node by node.

Python is told little of a tree's nodes, and nothing of how many loans of each class a leaf holds.
What Spark writes when it saves a model says all of it. Those rows are asked for here without being
saved: that would take a folder that the driver and all workers reach, and two jobs a model.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pyspark.ml.classification import GBTClassificationModel, RandomForestClassificationModel
from pyspark.sql import SparkSession

from risk_platform.scoring.families.forest import LEAF, Codes, Tree

Node = Mapping[str, Any]
# Spark's margins are half of log-odds: its loss is 2 log(1 + exp(-2 y margin)), y being -1 or 1.
LOG_ODDS_OF_MARGIN = 2.0
_ROWS = "DecisionTreeModelReadWrite$NodeData$"


def voting_trees(model: RandomForestClassificationModel) -> list[Tree]:
    """Return the trees of a random forest; a leaf gives the share of its weight that defaulted."""
    return [_tree(nodes, [_share(node) for node in nodes]) for nodes in _nodes(model)]


def adding_trees(model: GBTClassificationModel) -> list[Tree]:
    """Return the trees of a boosted forest; a leaf gives log-odds."""
    weighed = zip(_nodes(model), model.treeWeights, strict=True)
    return [
        _tree(nodes, [LOG_ODDS_OF_MARGIN * weight * node["prediction"] for node in nodes])
        for nodes, weight in weighed
    ]


def _nodes(
    model: RandomForestClassificationModel | GBTClassificationModel,
) -> Iterator[list[Node]]:
    """Yield the nodes of each tree by their numbers, which count from the root, left first."""
    jvm: Any = SparkSession.active()._jvm  # noqa: SLF001 - pyspark's own way to the JVM
    jackson = jvm.com.fasterxml.jackson
    access = jackson.annotation.PropertyAccessor
    visibility = getattr(jackson.annotation, "JsonAutoDetect$Visibility")
    writer = jackson.databind.ObjectMapper()
    # Fields alone: a getter of a leaf's split raises, as it has none.
    writer.setVisibility(access.ALL, visibility.NONE)
    writer.setVisibility(access.FIELD, visibility.ANY)
    rows = getattr(getattr(jvm.org.apache.spark.ml.tree, _ROWS), "MODULE$")
    for tree in model.trees:
        java: Any = tree._java_obj  # noqa: SLF001 - Python has no other name for its nodes
        listed = rows.build(java.rootNode(), 0).productElement(0)
        as_java = jvm.scala.jdk.javaapi.CollectionConverters.asJava(listed)
        yield json.loads(writer.writeValueAsString(as_java))


def _tree(nodes: list[Node], values: list[float]) -> Tree:
    leaves = [node["leftChild"] < 0 for node in nodes]
    return Tree(
        columns=tuple(
            LEAF if leaf else node["split"]["featureIndex"]
            for node, leaf in zip(nodes, leaves, strict=True)
        ),
        splits=tuple(
            0.0 if leaf else _split(node["split"]) for node, leaf in zip(nodes, leaves, strict=True)
        ),
        left=tuple(max(0, node["leftChild"]) for node in nodes),
        right=tuple(max(0, node["rightChild"]) for node in nodes),
        values=tuple(value if leaf else 0.0 for value, leaf in zip(values, leaves, strict=True)),
        loans=tuple(
            float(node["rawCount"]) if leaf else 0.0
            for node, leaf in zip(nodes, leaves, strict=True)
        ),
    )


def _split(split: Node) -> float | Codes:
    """Return the number up to which loans go left, or the codes that do."""
    limits = split["leftCategoriesOrThreshold"]
    return limits[0] if split["numCategories"] < 0 else tuple(map(int, limits))


def _share(node: Node) -> float:
    good, bad = node["impurityStats"]
    return bad / (good + bad)
