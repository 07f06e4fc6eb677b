"""What assets and checks record of their work: schemas with field timing, plots, figures."""

import base64
import io
from collections.abc import Mapping

import dagster as dg
import pyarrow as pa
from matplotlib.figure import Figure

from risk_platform.contract.columns import BY_NAME
from risk_platform.contract.marks import INDICATORS
from risk_platform.features.definitions import FEATURES

_FEATURES = {feature.name: feature for feature in FEATURES}


def table_schema(schema: pa.Schema) -> dg.TableSchema:
    """Return a schema as Dagster's, each column with its meaning and its timing."""
    return dg.TableSchema(columns=[_table_column(field.name, str(field.type)) for field in schema])


def text_schema(names: list[str]) -> dg.TableSchema:
    """Return the schema of a raw table, all of whose columns are text."""
    return dg.TableSchema(columns=[_table_column(name, "string") for name in names])


def plot(figure: Figure) -> dg.MarkdownMetadataValue:
    """Return a figure as a picture that the asset's page shows."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=90, bbox_inches="tight")
    picture = base64.b64encode(buffer.getvalue()).decode()
    return dg.MetadataValue.md(f"![plot](data:image/png;base64,{picture})")


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
