"""The kept numbers are read as they were written."""

import json
from pathlib import Path

import numpy as np

from skills_taxonomy.calibration import Calibration, shipped_calibration
from skills_taxonomy.fusion import Judge, Linear, Pooled, phrase_features
from skills_taxonomy.naming import Namer

NOTHING = Pooled(np.zeros((1, 2)), np.zeros((1, 2)))


def test_the_shipped_numbers_name_known_features() -> None:
    kept = shipped_calibration()
    features = set(phrase_features(NOTHING, NOTHING, [[], []]))
    assert set(kept.phrases.rank.weights) == features
    assert features < set(kept.mentions.rank.weights) < set(kept.mentions.weigh.weights)
    assert set(kept.mentions.weigh.weights) < set(kept.mentions.sure.weights)
    assert 0 < kept.threshold < 1


def test_a_calibration_is_read_as_written(tmp_path: Path) -> None:
    one = {"intercept": 1.0, "weights": {"words": 2.0}}
    path = tmp_path / "kept.json"
    path.write_text(
        json.dumps(
            {
                "encoder": "abc",
                "phrases": {"rank": one, "sure": one},
                "mentions": {"rank": one, "weigh": one, "sure": one},
                "threshold": 0.4,
            }
        )
    )
    model = Linear(1.0, {"words": 2.0})
    expected = Calibration("abc", Judge(model, model), Namer(model, model, model), 0.4)
    assert Calibration.read(path) == expected
