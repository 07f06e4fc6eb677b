"""The pool of a drill: ordinary applications are those of the loans that the champion learnt from.

Others would be another population than its reference, and a stop for them no false alarm.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as pa_dataset

from risk_platform.contract.splits import Split
from risk_platform.errors.drills import NoOrdinaryApplicationsError
from risk_platform.errors.tables import MissingTableError
from risk_platform.features.definitions import INPUT_COLUMNS
from risk_platform.settings import Settings
from risk_platform.simulation.applications import Applications, applications_of
from risk_platform.spark.features import columns_of
from risk_platform.store.tables import TableStore

_TABLE = "split_loans"
# More than any window that is judged, so that few applications come twice in one.
_LOANS = 40_000
_OF_TRAINING = pc.field("split") == Split.TRAIN.value


def read_pool(settings: Settings, seed: int) -> Applications:
    """Draw loans of the published training split, as clients would have applied for them.

    Raises
    ------
    NoOrdinaryApplicationsError
        No such split was published, or it is empty.
    """
    store = TableStore(settings.tables_root, scratch=settings.scratch)
    try:
        loans = store.dataset(_TABLE)
    except MissingTableError as error:
        raise NoOrdinaryApplicationsError(settings.tables_root) from error
    drawn = _drawn(loans, np.random.default_rng(seed))
    if not drawn.num_rows:
        raise NoOrdinaryApplicationsError(settings.tables_root)
    return applications_of(columns_of(drawn))


def _drawn(loans: pa_dataset.Dataset, dice: np.random.Generator) -> pa.RecordBatch:
    """Return about as many loans as are wanted, read batch by batch."""
    share = _LOANS / max(loans.count_rows(filter=_OF_TRAINING), _LOANS)
    batches = loans.to_batches(columns=list(INPUT_COLUMNS), filter=_OF_TRAINING)
    kept = [batch.filter(pa.array(dice.random(batch.num_rows) < share)) for batch in batches]
    schema = pa.schema([loans.schema.field(name) for name in INPUT_COLUMNS])
    table = pa.Table.from_batches(kept, schema).combine_chunks()
    return next(iter(table.to_batches()), pa.RecordBatch.from_pylist([], schema))
