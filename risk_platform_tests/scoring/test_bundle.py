"""Bundles: data that is checked before it is read."""

import hashlib
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from risk_platform.errors.models import (
    BundleError,
    ForeignContractError,
    ForeignFeaturesError,
    MissingBundleFileError,
    TamperedBundleError,
    UnexpectedBundleFileError,
    UnreadableBundleError,
    WrongScoresError,
)
from risk_platform.features.definitions import FEATURE_NAMES
from risk_platform.scoring.bundle import (
    ModelBundle,
    prove,
    read_bundle,
    write_bundle,
)
from risk_platform.scoring.bundle_files import CARD, FILES, MANIFEST, MODEL, bundle_digest
from risk_platform.scoring.examples import EXAMPLES, example_columns
from risk_platform.scoring.model import Model
from risk_platform_tests.bundles import small_bundle


def test_a_bundle_read_back_scores_the_very_same(tmp_path: Path) -> None:
    """The text of the booster loses no bit."""
    bundle = small_bundle()
    write_bundle(tmp_path, bundle)
    np.testing.assert_array_equal(
        read_bundle(tmp_path).predict(example_columns()), bundle.predict(example_columns())
    )


def test_what_was_written_is_what_is_read(tmp_path: Path) -> None:
    """Card and state survive."""
    bundle = small_bundle()
    write_bundle(tmp_path, bundle)
    again = read_bundle(tmp_path)
    assert (again.card, again.state) == (bundle.card, bundle.state)


def test_the_digest_stands_for_every_file(tmp_path: Path) -> None:
    """The same bundle has the same digest, another model another."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "c").mkdir()
    first = write_bundle(tmp_path / "a", small_bundle())
    assert write_bundle(tmp_path / "b", small_bundle()) == first == bundle_digest(tmp_path / "a")
    assert write_bundle(tmp_path / "c", small_bundle(seed=2)) != first


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_refused(tmp_path: Path, name: str) -> None:
    """One byte more, in any file, and nothing is read."""
    write_bundle(tmp_path, small_bundle())
    with (tmp_path / name).open("a") as file:
        file.write(" ")
    with pytest.raises(TamperedBundleError, match=f"{name} of the model bundle was changed"):
        read_bundle(tmp_path)


@pytest.mark.parametrize("name", [*FILES, MANIFEST])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    """A bundle is whole or it is none."""
    write_bundle(tmp_path, small_bundle())
    (tmp_path / name).unlink()
    with pytest.raises(MissingBundleFileError, match=f"lacks {name}"):
        read_bundle(tmp_path)


def test_a_file_too_many_is_refused(tmp_path: Path) -> None:
    """Nothing rides along: above all no pickle."""
    write_bundle(tmp_path, small_bundle())
    (tmp_path / "model.pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(UnexpectedBundleFileError, match=r"holds 'model\.pkl'"):
        read_bundle(tmp_path)


def test_a_file_that_the_manifest_does_not_name_is_refused(tmp_path: Path) -> None:
    """A manifest that leaves a file out does not vouch for it."""
    write_bundle(tmp_path, small_bundle())
    digests = json.loads((tmp_path / MANIFEST).read_text())
    del digests[MODEL]
    (tmp_path / MANIFEST).write_text(json.dumps(digests))
    with pytest.raises(MissingBundleFileError, match=MODEL):
        read_bundle(tmp_path)


def test_a_model_of_another_contract_is_refused(tmp_path: Path) -> None:
    """Columns that mean something else must not be scored."""
    write_bundle(tmp_path, small_bundle(contract="0" * 64))
    with pytest.raises(ForeignContractError, match="made for contract 000000000000"):
        read_bundle(tmp_path)


def test_a_model_of_other_features_is_refused(tmp_path: Path) -> None:
    """What we do not build cannot be read, and is named."""
    write_bundle(tmp_path, small_bundle())
    rewrite_card(tmp_path, features=("fico_mid", "star_sign"))
    with pytest.raises(ForeignFeaturesError, match="we do not build: star_sign"):
        read_bundle(tmp_path)


def test_a_card_that_names_other_inputs_is_refused(tmp_path: Path) -> None:
    """A booster that is fed other inputs than it learnt from would score nonsense."""
    write_bundle(tmp_path, small_bundle())
    rewrite_card(tmp_path, features=FEATURE_NAMES[::-1])
    with pytest.raises(UnreadableBundleError, match="other features than its card names"):
        read_bundle(tmp_path)


def rewrite_card(folder: Path, **other: object) -> None:
    """Have a bundle's card say something else, and its manifest vouch for it."""
    text = json.dumps(json.loads((folder / CARD).read_text()) | other)
    (folder / CARD).write_text(text)
    digests = json.loads((folder / MANIFEST).read_text())
    digests[CARD] = hashlib.sha256(text.encode()).hexdigest()
    (folder / MANIFEST).write_text(json.dumps(digests))


def test_every_refusal_is_a_bundle_error() -> None:
    """A caller catches one class."""
    refusals = (
        ForeignContractError,
        ForeignFeaturesError,
        MissingBundleFileError,
        TamperedBundleError,
        UnexpectedBundleFileError,
        UnreadableBundleError,
        WrongScoresError,
    )
    assert all(issubclass(refusal, BundleError) for refusal in refusals)


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_vouched_for_and_yet_no_bundle_is_refused(tmp_path: Path, name: str) -> None:
    """Digests say that nothing was changed, not that it makes sense."""
    write_bundle(tmp_path, small_bundle())
    (tmp_path / name).write_text("{}")
    digests = json.loads((tmp_path / MANIFEST).read_text())
    digests[name] = hashlib.sha256(b"{}").hexdigest()
    (tmp_path / MANIFEST).write_text(json.dumps(digests))
    with pytest.raises(UnreadableBundleError, match="the model bundle cannot be read"):
        read_bundle(tmp_path)


def test_a_model_proves_itself_by_its_examples() -> None:
    """One that scores as its card says passes; one that is a bit off is named."""
    bundle = small_bundle()
    prove(bundle, 3)
    one_bit = {**bundle.card.golden, "good": math.nextafter(bundle.card.golden["good"], 1.0)}
    with pytest.raises(WrongScoresError, match="version 3 does not score as it did"):
        prove(small_bundle(golden=one_bit), 3)


def test_the_card_holds_the_score_of_every_example() -> None:
    """Whoever loads the model can prove that it scores as it did."""
    assert set(small_bundle().card.golden) == set(EXAMPLES)


def test_no_file_of_a_bundle_is_code(tmp_path: Path) -> None:
    """All of it reads as text, and all but the booster as JSON."""
    write_bundle(tmp_path, small_bundle())
    assert json.loads((tmp_path / CARD).read_text())["name"] == "credit-pd"
    assert (tmp_path / MODEL).read_text().startswith("tree\n")


def test_segments_come_back_as_they_went(tmp_path: Path) -> None:
    """What was learnt, and so whom every borrower is of."""
    bundle = small_bundle()
    write_bundle(tmp_path, bundle)
    again = read_bundle(tmp_path)
    assert again.segments == bundle.segments
    assert again.segment(example_columns()).tolist() == [1, 0, 0, 0, 0]


def test_segments_of_other_features_are_refused() -> None:
    """What we do not build cannot divide borrowers, and is named."""
    bundle = small_bundle()
    scales = (replace(bundle.segments.scales[0], name="star_sign"), bundle.segments.scales[1])
    foreign = replace(bundle.segments, scales=scales)
    with pytest.raises(ForeignFeaturesError, match="we do not build: star_sign"):
        ModelBundle(bundle.model, bundle.state, bundle.card, foreign, bundle.reference)


def test_a_reference_of_other_inputs_is_refused() -> None:
    """Drift of an input that the model reads would not be seen."""
    bundle = small_bundle()
    less = Model(family=bundle.card.family, inputs=("fico_mid",), text=bundle.model.text)
    with pytest.raises(UnreadableBundleError, match="of other inputs than its model reads"):
        ModelBundle(less, bundle.state, bundle.card, bundle.segments, bundle.reference)
