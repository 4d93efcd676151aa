"""A few rounds of `tests.bench.loss`, one for each victim."""

import pytest

from matching.engine import Engine
from skills_taxonomy import Linker
from tests.api.service.test_serve import free_port
from tests.bench.loss import VICTIMS, WRITTEN, killed

pytestmark = pytest.mark.db


def test_what_was_answered_with_done_survives_every_kill(engine: Engine, linker: Linker) -> None:
    report = killed(len(VICTIMS), engine, linker, free_port(), lambda _: None)
    done = report["done"]
    assert isinstance(done, dict)
    assert set(done) == set(WRITTEN)
    assert all(done.values())
    assert report["rounds"] == dict.fromkeys(VICTIMS, 1)
