"""The bake-off: the champion's recipe, from cleaned loans to figures, under one protocol.

The steps are those of the assets, in their order; what they make lies in a folder of the caller's,
and nothing is published.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812

from risk_platform.contract.protocols import Protocol
from risk_platform.contract.splits import Split, SplitPlan
from risk_platform.evaluation.league import Entry
from risk_platform.evaluation.report import Judged, judge
from risk_platform.features.winsorize import Winsorizing
from risk_platform.spark.features import map_features
from risk_platform.spark.learn import learn_state
from risk_platform.spark.partwise import PartFiles, Partwise, write_parts
from risk_platform.spark.split import SPLIT, handed_on, split_loans
from risk_platform.training.calibration import calibrated
from risk_platform.training.champion import fit_champion
from risk_platform.training.fitted import Fitted
from risk_platform.training.inputs import Inputs, inputs_of


@dataclass(frozen=True, slots=True)
class Kitchen:
    """Where the recipe is followed.

    Parameters
    ----------
    spark
        The session.
    winsorizing
        Where numbers are cut.
    scratch
        Folder that every worker reaches, for the tables of one protocol after another.
    """

    spark: SparkSession
    winsorizing: Winsorizing
    scratch: Path


def enter(kitchen: Kitchen, cleaned: PartFiles, protocol: Protocol, plan: SplitPlan) -> Entry:
    """Train and judge a champion.

    Parameters
    ----------
    kitchen
        Where.
    cleaned
        The cleaned loans.
    protocol, plan
        The rules, and how they divide the loans.

    Raises
    ------
    OneSidedSplitError
        A split holds no default, or nothing else.
    """
    spark, folder = kitchen.spark, kitchen.scratch / protocol.name
    folder.mkdir()
    splits = _made(spark, split_loans(cleaned, protocol, plan.division), folder / "splits")
    train = splits.read(spark).where(F.col(SPLIT) == Split.TRAIN.value)
    state = learn_state(train, kitchen.winsorizing)
    features = _made(
        spark, map_features(splits, state, handed_on(protocol.outcome)), folder / "features"
    )
    table = features.dataset()
    training, validation, test = (
        inputs_of(table, split, protocol) for split in (Split.TRAIN, Split.VALIDATION, Split.TEST)
    )
    champion = calibrated(fit_champion(training, validation), validation)
    report = judge(protocol.label, _judged(validation, champion), _judged(test, champion))
    return Entry(protocol=protocol, plan=plan, loans=len(test.outcomes), report=report)


def _made(spark: SparkSession, table: Partwise, folder: Path) -> PartFiles:
    folder.mkdir()
    write_parts(spark, table, folder)
    return PartFiles({path.parent.name.partition("=")[2]: [str(path)] for path in _parts(folder)})


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/part.parquet"))


def _judged(inputs: Inputs, champion: Fitted) -> Judged:
    """Return the loans that have a sub-grade, so that both are judged on the same."""
    graded = ~np.isnan(inputs.sub_grade)
    return Judged(
        outcomes=inputs.outcomes[graded],
        pd=champion.predict(inputs.features[graded]),
        sub_grade=inputs.sub_grade[graded],
    )
