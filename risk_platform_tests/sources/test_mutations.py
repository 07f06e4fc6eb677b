"""However a raw file is damaged, every record is accounted for, or the file is refused whole."""

from pathlib import Path

import pytest

from risk_platform.errors.sources import SourceError
from risk_platform.errors.tables import MissingTableError
from risk_platform.sources.files import find_files
from risk_platform.sources.landing import land
from risk_platform.store.tables import TableStore
from risk_platform_tests.sources.fuzz_landing import endings
from risk_platform_tests.sources.mutation import Mutant, fault_of, mutant, original

FEW, MANY = 200, 3_000
GOOD = original()


def test_a_file_that_nobody_damaged_lands_whole(tmp_path: Path) -> None:
    """Otherwise nothing that is found of mutants would mean anything."""
    assert fault_of(GOOD, Mutant(GOOD.content, ()), tmp_path / "a") == ("landed", "")


def test_a_cell_that_is_lost_would_be_noticed(tmp_path: Path) -> None:
    """A record that is taken out, said to be untouched, is a fault: the search can fail."""
    first, second = GOOD.starts[7:9]
    without = GOOD.content[:first] + GOOD.content[second:]
    _, fault = fault_of(GOOD, Mutant(without, ()), tmp_path / "a")
    assert fault.startswith("record 8 has lost ")


def test_a_seed_damages_a_file_in_one_way() -> None:
    """What was found once can be found again."""
    assert mutant(GOOD, 7) == mutant(original(), 7)
    assert mutant(GOOD, 7).content != mutant(GOOD, 8).content


def test_damage_loses_no_record_and_raises_nothing_else(tmp_path: Path) -> None:
    """D17: counts agree, cells that nobody touched are found, and a refusal names the file."""
    met, faults = endings(range(FEW), tmp_path)
    assert faults == []
    assert met["landed"] > FEW / 2
    assert met["OpenQuoteError"]


@pytest.mark.slow
def test_much_damage_loses_no_record_and_raises_nothing_else(tmp_path: Path) -> None:
    """D17: as above, of some thousand; ``fuzz_landing`` does more."""
    _, faults = endings(range(FEW, FEW + MANY), tmp_path)
    assert faults == []


def test_a_refused_file_publishes_nothing(tmp_path: Path) -> None:
    """D11: neither loans nor rejects of it can be read, and nothing of it stays on the disk."""
    store = TableStore(tmp_path / "tables")
    refused = [m for m in map(_mutant, range(30)) if not _lands(m, tmp_path / "tried")]
    assert refused
    path = tmp_path / "a.csv"
    for damaged in refused:
        path.write_bytes(damaged.content)
        with (
            pytest.raises(SourceError),
            store.new_version("rejects") as rejects,
            store.new_version("loans") as loans,
        ):
            land(find_files(str(path)), loans.folder, rejects.folder)
    for table in ("loans", "rejects"):
        assert list((tmp_path / "tables" / table).glob("v-*")) == []
        with pytest.raises(MissingTableError):
            store.current(table)


def _mutant(seed: int) -> Mutant:
    return mutant(GOOD, seed)


def _lands(damaged: Mutant, folder: Path) -> bool:
    return fault_of(GOOD, damaged, folder)[0] == "landed"
