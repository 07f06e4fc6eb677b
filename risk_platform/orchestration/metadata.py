"""What assets and checks record of their work: schemas with field timing, plots, figures."""

from collections.abc import Mapping, Sequence

import dagster as dg
import pyarrow as pa
from matplotlib.figure import Figure

from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.marks import INDICATORS
from risk_platform.evaluation.drift.signals import Finding
from risk_platform.evaluation.leaderboard import Standing
from risk_platform.evaluation.metrics import Interval
from risk_platform.evaluation.plots import as_data_url
from risk_platform.features.definitions import FEATURES
from risk_platform.scoring.reference import NumberProfile, Population, Profile

_FEATURES = {feature.name: feature for feature in FEATURES}


def table_schema(schema: pa.Schema) -> dg.TableSchema:
    """Return a schema as Dagster's, each column with its meaning and its timing."""
    return dg.TableSchema(columns=[_table_column(field.name, str(field.type)) for field in schema])


def text_schema(names: list[str]) -> dg.TableSchema:
    """Return the schema of a raw table, all of whose columns are text."""
    return dg.TableSchema(columns=[_table_column(name, "string") for name in names])


def plot(figure: Figure) -> dg.MarkdownMetadataValue:
    """Return a figure as a picture that the asset's page shows."""
    return dg.MetadataValue.md(f"![plot]({as_data_url(figure)})")


def figures(values: Mapping[str, float]) -> dict[str, dg.MetadataValue]:
    """Return named numbers as metadata, which the UI draws over time."""
    return {name: dg.MetadataValue.float(float(value)) for name, value in values.items()}


def counts_table(counts: Mapping[str, int], what: str) -> dg.TableMetadataValue:
    """Return counts as a table with the most frequent first."""
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return dg.MetadataValue.table(
        records=[dg.TableRecord({what: name, "count": count}) for name, count in ordered],
        schema=dg.TableSchema(
            columns=[dg.TableColumn(what, "string"), dg.TableColumn("count", "int")]
        ),
    )


def profiles_table(population: Population) -> dg.TableMetadataValue:
    """Return what loans were like as a table, a row for each feature."""
    rows = {name: _profile(of) for name, of in population.features.items()}
    return dg.MetadataValue.table(
        [dg.TableRecord({"feature": name, **row}) for name, row in rows.items()]
    )


def findings_table(findings: Sequence[Finding]) -> dg.TableMetadataValue:
    """Return what became of each signal of drift as a table, the farthest first."""
    ordered = sorted(findings, key=lambda of: (not of.is_suspected, of.distance.p))
    return dg.MetadataValue.table([dg.TableRecord(_finding(of)) for of in ordered])


def standings_table(standings: Sequence[Standing]) -> dg.TableMetadataValue:
    """Return how scores stand on one split, as a table."""
    return dg.MetadataValue.table([dg.TableRecord(_standing(one)) for one in standings])


def _finding(of: Finding) -> dict[str, str | float]:
    by_chance = of.distance.psi_by_chance
    return {
        "input": of.signal.input,
        "aspect": str(of.signal.aspect),
        "KS": "" if of.distance.ks is None else f"{of.distance.ks:.3f}",
        "JS": f"{of.distance.js:.3f}",
        "PSI": f"{of.distance.psi:.3f}",
        "PSI band": str(of.distance.band),
        "PSI by chance (1 %)": "" if by_chance is None else f"{by_chance:.3f}",
        "adjusted p": f"{of.p_adjusted:.2g}",
        "verdict": "confirmed" if of.is_confirmed else "suspected" if of.is_suspected else "",
    }


def _profile(of: Profile) -> dict[str, str | int | float]:
    unknown = round(of.unknown / max(of.known + of.unknown, 1), 4)
    if isinstance(of, NumberProfile):
        quartiles = ", ".join(f"{value:g}" for value in of.quartiles or ())
        return {"unknown": unknown, "bins": len(of.counts), "quartiles or label": quartiles}
    usual = max(zip(of.counts, of.labels, strict=True), default=(0, ""))[1]
    return {"unknown": unknown, "bins": len(of.counts), "quartiles or label": usual}


def _standing(one: Standing) -> dict[str, str]:
    against = one.against_sub_grade
    shown = ("gini", "pr_auc", "brier", "log_loss", "ece", "top_decile_capture")
    return {
        "model": one.name,
        **{name: _with_interval(one.intervals[name]) for name in ("auc", "ks")},
        **{name: f"{one.figures[name]:.4f}" if name in one.figures else "" for name in shown},
        "p against sub-grade": f"{against.p_value:.2g}" if against else "",
    }


def _with_interval(of: Interval) -> str:
    return f"{of.value:.3f} ({of.low:.3f} to {of.high:.3f})"


def _table_column(name: str, dtype: str) -> dg.TableColumn:
    if name in BY_NAME:
        column = BY_NAME[name]
        unit = f" ({column.unit})" if column.unit else ""
        tags = {"known": column.known.value}
        return dg.TableColumn(name, dtype, description=f"{column.about}{unit}", tags=tags)
    if name in _FEATURES:
        feature = _FEATURES[name]
        tags = {"known": feature.timing.value}
        return dg.TableColumn(name, dtype, description=feature.about, tags=tags)
    if name in INDICATORS:
        column = INDICATORS[name]
        about = f"Whether {column.name} was {' or '.join(column.nulls)} in the file"
        return dg.TableColumn(name, dtype, description=about, tags={"known": column.known.value})
    return dg.TableColumn(name, dtype)
