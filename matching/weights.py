"""The documented weights of the score (`weights.toml`), typed and bounded."""

import hashlib
import tomllib
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from matching.model import OfferKind, Year

LogOdds = Annotated[float, Field(ge=0, le=4)]
Share = Annotated[float, Field(ge=0, le=1)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Base(_Table):
    """Where every score starts."""

    log_odds: Annotated[float, Field(ge=-4, le=4)]


class Preferred(_Table):
    """What is nice to have."""

    total: LogOdds
    most_each: LogOdds


class Required(Preferred):
    """What is asked for."""

    missing: Share
    teaches: dict[OfferKind, Share]


class OccupationLikeness(_Table):
    """How much a trade like the offer's is worth."""

    same: LogOdds
    same_minor_group: Share
    same_sub_major_group: Share


class Bounded(_Table):
    """A term that can add or take at most so much."""

    most: LogOdds


class Travel(Bounded):
    """What a long journey takes away."""

    comfortable_minutes: Annotated[int, Field(ge=0, le=120)]
    per_minute: Annotated[float, Field(ge=0, le=0.1)]


class Likeness(Bounded):
    """What a resemblance of texts adds."""

    from_cosine: Annotated[float, Field(ge=0, lt=1)]


class Coverage(_Table):
    """How far one competence covers another, and which hidden ones are proposed."""

    through_narrower: Share
    few_narrower: Annotated[int, Field(ge=1, le=100)]
    through_broader: Share
    hidden_from: Share


class Practice(_Table):
    """How much of what an experience teaches is there today."""

    short: Share
    as_of: Year
    fresh_years: Annotated[int, Field(ge=0, le=80)]
    fading_per_year: Annotated[float, Field(ge=0, le=0.1)]
    fading_most: Share
    in_passing: Share
    untold: Share
    heard_from: Annotated[float, Field(gt=0, le=1)]


class Hidden(_Table):
    """How likely competences are that nobody named."""

    together: Share
    hint: Share
    usual: Annotated[int, Field(ge=0, le=20)]


class Weights(_Table):
    """Everything that moves a score, in natural log-odds; each field is explained in the file."""

    base: Base
    required: Required
    preferred: Preferred
    occupation: OccupationLikeness
    interest: Bounded
    avoid: Bounded
    travel: Travel
    schedule: Bounded
    likeness: Likeness
    coverage: Coverage
    practice: Practice
    hidden: Hidden
    version: str


@cache
def load_weights() -> Weights:
    """The weights of this release; ``version`` is a fingerprint of the file."""
    content = resources.files("matching").joinpath("weights.toml").read_bytes()
    version = hashlib.sha256(content).hexdigest()[:12]
    return Weights.model_validate({**tomllib.loads(content.decode()), "version": version})
