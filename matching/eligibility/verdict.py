"""What a rule sees (a pair) and what it answers (a verdict); and the register of all rules."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, ClassVar, Literal, NamedTuple, TypeVar, overload

from pydantic import BaseModel, BeforeValidator, ConfigDict

from matching.messages import join_words, say
from matching.model import DAYS, Company, Demand, Offer, Participant, Window
from matching.schedule import hours_of, week_bits

Status = Literal["met", "not_met", "unknown"]
EligibilityStatus = Literal["eligible", "unknown", "ineligible"]


@dataclass(frozen=True, slots=True)
class Check:
    """One rule's answer for one pair, with its reason in Italian and the rule's source."""

    rule: str
    status: Status
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """All the answers for one pair: ineligible if one is not met, else unknown if one is."""

    status: EligibilityStatus
    checks: tuple[Check, ...]


class Verdict(NamedTuple):
    """What a rule answers; no verdict (``None``) when it does not concern the pair."""

    status: Status
    reason: str


# Few sentences are said of thousands of pairs: each is made once, which halves the time of a pair.
_said_once = lru_cache(maxsize=65_536)


@_said_once
def met(key: str, /, **values: Hashable) -> Verdict:
    """The rule is respected; ``key`` names a sentence of the catalogue's file `eligibility`."""
    return Verdict("met", say(f"eligibility.{key}", **values))


@_said_once
def not_met(key: str, /, **values: Hashable) -> Verdict:
    """The rule excludes; the sentence says what would change that, where it is known."""
    return Verdict("not_met", say(f"eligibility.{key}", **values))


@_said_once
def met_if(respected: bool, rule_id: str, /, **values: Hashable) -> Verdict:
    """The sentence ``met`` or ``not_met`` of a rule, by whether it is respected."""
    return met(f"{rule_id}.met", **values) if respected else not_met(f"{rule_id}.not_met", **values)


@_said_once
def unknown(key: str, /, **values: Hashable) -> Verdict:
    """The rule cannot be answered; the sentence says what to ask, and whom."""
    return Verdict("unknown", say(f"eligibility.{key}", **values))


@dataclass(frozen=True, slots=True)
class Pair:
    """A person and an offer, on the day the question is asked.

    Only the year of birth is known: on the offer's first day the person is ``younger`` or
    ``older`` years old, by whether the birthday has come.
    """

    participant: Participant
    offer: Offer
    company: Company
    on: date
    younger: int
    older: int

    @property
    def offer_hours_week(self) -> float | None:
        """The offer's weekly hours: as written, or else as its timetable adds up."""
        offer = self.offer
        if offer.hours_week is None and offer.schedule:
            return hours_of(week_bits(offer.schedule))
        return offer.hours_week


def by_age(pair: Pair, judge: Callable[[int], Verdict | None]) -> Verdict | None:
    """The verdict at both ages the person may have; unknown where the birthday decides."""
    younger, older = judge(pair.younger), judge(pair.older)
    if younger is None or older is None:
        verdict = younger or older
        if verdict is None or verdict.status != "not_met":
            return verdict
    elif younger.status == older.status:
        return younger
    return unknown(
        "age.birth_date", day=pair.offer.start_date, younger=pair.younger, older=pair.older
    )


class Parameters(BaseModel):
    """The numbers of one or more rules: an entry of a table of the TOML.

    They hold for the offers whose first day is from ``valid_from`` to ``valid_to``, both included.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: ClassVar[str]

    valid_from: date
    valid_to: date = date.max


def _every_day(hours: str) -> int:
    start, _, end = hours.partition("-")
    return week_bits((Window(days=DAYS, start=start, end=end),))


EveryDay = Annotated[int, BeforeValidator(_every_day)]
"""Hours of every day, written ``"22:00-06:00"``, held as week bits (`matching.schedule`)."""


class Code(NamedTuple):
    """The code of a rule: its function, and the parameters it takes after the pair, if any."""

    judge: Callable[..., Verdict | None]
    parameters: type[Parameters] | None


REGISTER: dict[str, Code] = {}
"""The code of every rule, by id."""

Judge = Callable[[Pair], Verdict | None]
P = TypeVar("P", bound=Parameters)
JudgeBy = Callable[[Pair, P], Verdict | None]


@overload
def rule(rule_id: str) -> Callable[[Judge], Judge]: ...
@overload
def rule(rule_id: str, parameters: type[P]) -> Callable[[JudgeBy[P]], JudgeBy[P]]: ...
def rule(
    rule_id: str, parameters: type[Parameters] | None = None
) -> Callable[[Callable[..., Verdict | None]], Callable[..., Verdict | None]]:
    """Register the function that answers the rule ``rule_id`` of `eligibility.toml`.

    The function takes the pair and, if the rule has parameters, those in force as ``p``.
    """

    def register(judge: Callable[..., Verdict | None]) -> Callable[..., Verdict | None]:
        REGISTER[rule_id] = Code(judge, parameters)
        return judge

    return register


def number(value: float) -> str:
    """A number as Italians write it, no longer than needed: ``37.5`` → ``"37,5"``."""
    return f"{value:.10g}".replace(".", ",")


@lru_cache(maxsize=4096)
def demand_names(demands: tuple[Demand, ...]) -> str:
    """Demands in words: ``"lavorare in altezza e rumore forte"``."""
    return join_words([say(f"labels.demand.{demand}") for demand in demands])
