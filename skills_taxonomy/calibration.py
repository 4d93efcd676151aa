"""The fitted numbers of the linker, kept in ``linker_calibration.json``."""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Self

from skills_taxonomy.fusion import Judge, Linear
from skills_taxonomy.naming import Namer

CALIBRATION = Path(__file__).parent / "linker_calibration.json"


@dataclass(frozen=True, slots=True)
class Calibration:
    """The fitted numbers of a linker.

    ``encoder`` is the fingerprint of the model they were fitted with; ``threshold`` is the
    confidence below which a stretch of a story names nothing.
    """

    encoder: str
    phrases: Judge
    mentions: Namer
    threshold: float

    @property
    def version(self) -> str:
        """Equal numbers have equal versions."""
        return hashlib.sha256(json.dumps(asdict(self)).encode()).hexdigest()[:8]

    @classmethod
    def read(cls, path: Path = CALIBRATION) -> Self:
        """The calibration kept in a file."""
        kept = json.loads(path.read_text("utf-8"))
        phrases = {part: Linear(**model) for part, model in kept["phrases"].items()}
        told = {part: Linear(**model) for part, model in kept["mentions"].items()}
        return cls(kept["encoder"], Judge(**phrases), Namer(**told), kept["threshold"])


@cache
def shipped_calibration() -> Calibration:
    """The one beside this module, of the shipped encoder."""
    return Calibration.read()
