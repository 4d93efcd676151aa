"""Fits what tells of a trade or an activity of life: ``python -m tests.bench.practised``.

Learned from the stories of `skills_taxonomy/training/stories.txt` and from the development half of
`tests/gold/implied.jsonl`, in each of which `skills_taxonomy/training/practised.csv` says what was
practised: what was done, whatever it was called. Prints figures of stories left out of the fit
(eight times an eighth), then writes `skills_taxonomy/practice_calibration.json`. Run again after a
change of encoder, linker, sayings or activities.
"""

import csv
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from sklearn.linear_model import LogisticRegression

from matching.intake import told_of
from skills_taxonomy import Linker, Taxonomy
from skills_taxonomy.evaluation import GOLD, is_test
from skills_taxonomy.fusion import Array
from skills_taxonomy.practices import CALIBRATION, Compared, Told
from tests.builders import a_participant

TRAINING = resources.files("skills_taxonomy").joinpath("training")
_FOLDS = 8
# How far weights are shrunk: some hundred practices are few for eight features.
_INVERSE_RIDGE = 0.3
_MARKED = re.compile(r"\[([^\]|]*)\|[^\]]*\]")
_DIGITS = 6


@dataclass(frozen=True)
class Example:
    """A story as it was weighed, and the URIs of what was practised in it."""

    told: Told
    practised: frozenset[str]


def main() -> None:
    """Fit, print, write."""
    linker = Linker(Taxonomy.builtin())
    examples = list(_examples(linker))
    fitted = {
        kind: _fitted(kind, [(getattr(e.told, kind), e.practised) for e in examples])
        for kind in ("trades", "activities")
    }
    path = resources.files("skills_taxonomy").joinpath(CALIBRATION)
    with resources.as_file(path) as file:
        file.write_text(json.dumps(fitted, indent=2) + "\n", "utf-8")


def _examples(linker: Linker) -> Iterator[Example]:
    labels = csv.DictReader(TRAINING.joinpath("practised.csv").read_text("utf-8").splitlines())
    stories = _stories()
    for row in labels:
        person = a_participant(id="P-1", **stories[row["story"]])
        told = told_of(person, linker)
        if told is not None:
            uris = {f"urn:cantiere:{name.strip()}" for name in row["practised"].split("|") if name}
            yield Example(told, frozenset(uris))


def _stories() -> dict[str, dict[str, object]]:
    marked = TRAINING.joinpath("stories.txt").read_text("utf-8").split("\n\n")
    found: dict[str, dict[str, object]] = {
        f"S-{number:02}": {"narrative": _MARKED.sub(r"\1", story).strip()}
        for number, story in enumerate(marked, start=1)
    }
    for line in (GOLD / "implied.jsonl").read_text("utf-8").splitlines():
        story = json.loads(line)
        if not is_test(story["id"]):
            found[story["id"]] = {f: story[f] for f in ("narrative", "experiences") if f in story}
    return found


def _fitted(kind: str, examples: Sequence[tuple[Compared, frozenset[str]]]) -> dict[str, object]:
    names = list(examples[0][0].features)
    rows = [np.stack([seen.features[name] for name in names], axis=1) for seen, _ in examples]
    right = [np.array([uri in truth for uri in seen.concepts]) for seen, truth in examples]
    _report(kind, rows, right)
    model, scale = _model(rows, right)
    weights = model.coef_[0] / scale
    return {
        "intercept": round(float(model.intercept_[0]), _DIGITS),
        "weights": {name: round(float(w), _DIGITS) for name, w in zip(names, weights, strict=True)},
    }


def _model(rows: Sequence[Array], right: Sequence[Array]) -> tuple[LogisticRegression, Array]:
    """A logistic regression on features of unit spread, and their spreads."""
    x, y = np.concatenate(rows), np.concatenate(right)
    scale: Array = x.std(axis=0) + 1e-9
    return LogisticRegression(C=_INVERSE_RIDGE, max_iter=1000).fit(x / scale, y), scale


def _report(kind: str, rows: Sequence[Array], right: Sequence[Array]) -> None:
    """How right the probabilities are on stories left out of the fit."""
    said, true = [], []
    for fold in range(_FOLDS):
        kept = [i for i in range(len(rows)) if i % _FOLDS != fold]
        model, scale = _model([rows[i] for i in kept], [right[i] for i in kept])
        for i in range(fold, len(rows), _FOLDS):
            said.append(model.predict_proba(rows[i] / scale)[:, 1])
            true.append(right[i])
    p, y = np.concatenate(said), np.concatenate(true)
    for least in (0.1, 0.3, 0.5):
        found = p >= least
        right_of, found_of = y[found].mean(), y[found].sum() / y.sum()
        sys.stdout.write(f"{kind} from {least}: right {right_of:.2f}, found {found_of:.2f}\n")


if __name__ == "__main__":
    main()
