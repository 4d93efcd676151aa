"""The file of the weights: typed, bounded, nothing extra, each kind of offer named."""

import hashlib
from copy import deepcopy
from importlib import resources
from typing import Any, get_args

import pytest
from pydantic import BaseModel, ValidationError

from matching.model import OfferKind
from matching.weights import Weights, load_weights
from tests.matching.readings import ROUND


def changed(path: str, value: object) -> dict[str, Any]:
    """The round weights with one value, at ``travel.most``, otherwise."""
    weights = deepcopy(ROUND)
    *tables, last = path.split(".")
    table = weights
    for name in tables:
        table = table[name]
    table[last] = value
    return weights


def test_the_file_is_read_and_its_fingerprint_is_the_version() -> None:
    content = resources.files("matching").joinpath("weights.toml").read_bytes()
    assert hashlib.sha256(content).hexdigest().startswith(load_weights().version)
    assert len(load_weights().version) == 12


def test_every_kind_of_offer_says_how_much_it_teaches() -> None:
    assert set(load_weights().required.teaches) == set(get_args(OfferKind))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("gender", {"most": 0.1}), ("travel.per_kilometre", 0.1), ("required.teaches.gift", 0.5),
        ("base.log_odds", -4.1), ("required.total", 4.1), ("preferred.most_each", -0.1),
        ("required.missing", 1.1), ("required.teaches.course", 1.1), ("travel.per_minute", 0.11),
        ("travel.comfortable_minutes", 121), ("likeness.from_cosine", 1.0),
        ("occupation.same_minor_group", 1.5), ("coverage.through_broader", -0.5),
        ("interest.most", "molto"),
    ],
)  # fmt: skip
def test_what_is_out_of_bounds_or_unforeseen_is_refused(path: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Weights.model_validate(changed(path, value))


def _tables(model: type[BaseModel], path: str = "") -> list[str]:
    found = []
    for name, field in model.model_fields.items():
        annotation = field.annotation
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found += [f"{path}{name}", *_tables(annotation, f"{path}{name}.")]
    return found


@pytest.mark.parametrize("table", _tables(Weights))
def test_no_table_may_be_missing_or_hold_more(table: str) -> None:
    missing = deepcopy(ROUND)
    del missing[table]
    with pytest.raises(ValidationError):
        Weights.model_validate(missing)
    with pytest.raises(ValidationError):
        Weights.model_validate(changed(f"{table}.more", 0.1))


def test_weights_never_change_once_read() -> None:
    with pytest.raises(ValidationError):
        load_weights().base.log_odds = 0.0  # type: ignore[misc]
