"""The rules in force on a day: their sources, switches and dated parameters, from a TOML file."""

import hashlib
import tomllib
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial
from importlib import resources
from itertools import pairwise
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from matching.eligibility import host, minors, offer, person, placement, when_and_where
from matching.eligibility.verdict import REGISTER, Judge, Parameters, Status

# The modules that register a rule as they are imported.
RULE_MODULES = (offer, minors, placement, host, person, when_and_where)

FINGERPRINT_DIGITS = 12

Dated = dict[type[Parameters], list[Parameters]]
"""The entries of every table of parameters, oldest first."""

P = TypeVar("P", bound=Parameters)


class Rule(BaseModel):
    """A rule as the file describes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    on: bool
    answers: Annotated[frozenset[Status], Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]


class RuleInForce(NamedTuple):
    """A rule with its parameters of a day, ready to answer."""

    id: str
    source: str
    judge: Judge
    parameters: Parameters | None


@dataclass(frozen=True, slots=True)
class Rules:
    """Every rule, in the order of the file, and which of them hold on which days.

    Attributes:
        version: A fingerprint of the file: two runs with the same one applied the same rules.
        rules: Every rule, those switched off too.
        starts: The days on which the rules in force change, in order.
        periods: The rules in force from each of those days on.
    """

    version: str
    rules: tuple[Rule, ...]
    starts: tuple[date, ...]
    periods: tuple[tuple[RuleInForce, ...], ...]

    def in_force(self, day: date) -> tuple[RuleInForce, ...]:
        """The rules switched on that hold on ``day``, in the order of the file."""
        return self.periods[bisect_right(self.starts, day) - 1]

    def measures(self, rule_id: str, kind: type[P], day: date) -> tuple[P, str] | None:
        """The parameters of a rule and its source; ``None`` if it is off or holds no such day."""
        for rule in self.in_force(day):
            if rule.id == rule_id and isinstance(rule.parameters, kind):
                return rule.parameters, rule.source
        return None


@cache
def load_rules() -> Rules:
    """The rules of the package's own `eligibility.toml`."""
    file = resources.files("matching.eligibility").joinpath("eligibility.toml")
    return parse_rules(file.read_text("utf-8"))


def parse_rules(toml: str) -> Rules:
    """The rules of a text like `eligibility.toml`.

    Raises:
        ValueError: If a rule has no code, code has no rule, a table is unknown or lacks a number,
            or two entries of a table hold on the same day. The file is ours: no default hides it.
    """
    tables = tomllib.loads(toml)
    rules = tuple(Rule(id=key, **entry) for key, entry in tables.pop("rules").items())
    if {rule.id for rule in rules} != REGISTER.keys():
        raise ValueError(f"rules without a twin: {REGISTER.keys() ^ {rule.id for rule in rules}}")
    dated = _dated_parameters(tables)
    fingerprint = hashlib.sha256(toml.encode()).hexdigest()[:FINGERPRINT_DIGITS]
    starts = _changes([entry for entries in dated.values() for entry in entries])
    return Rules(fingerprint, rules, starts, tuple(_in_force(rules, dated, day) for day in starts))


def _dated_parameters(tables: dict[str, Any]) -> Dated:
    kinds = {
        code.parameters.table: code.parameters for code in REGISTER.values() if code.parameters
    }
    if kinds.keys() != tables.keys():
        raise ValueError(f"tables of parameters without a twin: {kinds.keys() ^ tables.keys()}")
    dated = {}
    for name, kind in kinds.items():
        entries = sorted((kind(**entry) for entry in tables[name]), key=lambda e: e.valid_from)
        if any(now.valid_to >= after.valid_from for now, after in pairwise(entries)):
            raise ValueError(f"two entries of {name} hold on the same day")
        dated[kind] = entries
    return dated


def _changes(entries: list[Parameters]) -> tuple[date, ...]:
    """The days, from the first of all, on which some entry begins or no longer holds."""
    begins = {entry.valid_from for entry in entries}
    ended = {e.valid_to + timedelta(days=1) for e in entries if e.valid_to < date.max}
    return tuple(sorted({date.min} | begins | ended))


def _in_force(rules: tuple[Rule, ...], dated: Dated, day: date) -> tuple[RuleInForce, ...]:
    in_force = []
    for rule in rules:
        judge, kind = REGISTER[rule.id]
        ready: list[tuple[Judge, Parameters | None]] = [(judge, None)]
        if kind is not None:
            entries = [p for p in dated[kind] if p.valid_from <= day <= p.valid_to]
            ready = [(partial(judge, p=entry), entry) for entry in entries]
        if rule.on:
            in_force += [RuleInForce(rule.id, rule.source, *twin) for twin in ready]
    return tuple(in_force)
