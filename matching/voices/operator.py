"""To the operator: everything, with gates, gaps, doubts and sources."""

from collections.abc import Iterator

from matching.changes import Consequence, Idea
from matching.eligibility.verdict import number
from matching.messages import join_words, say
from matching.schedule import describe_week
from matching.voices.facts import Facts
from matching.voices.shown import (
    Explanation,
    Known,
    Outcome,
    ShownCheck,
    ShownContribution,
    ShownEligibility,
    ToLearn,
    ToMind,
)


def speak(facts: Facts, most_changes: int) -> Explanation:
    """Why the two fit or not, gates and doubts included."""
    pairing = facts.pairing
    known, learn, mind = facts.known(), facts.learn(), tuple(_to_mind(facts))
    return Explanation(
        pairing.participant_id,
        pairing.offer_id,
        "operator",
        _text(facts, known, learn, mind),
        known,
        learn,
        mind,
        tuple(ShownContribution(**vars(c)) for c in pairing.contributions),
        ShownEligibility(
            pairing.eligibility.status,
            tuple(
                ShownCheck(c.rule, c.status, c.reason, c.source) for c in pairing.eligibility.checks
            ),
        ),
        pairing.score,
        pairing.base,
        tuple(_outcome(found) for found in facts.changes[:most_changes]),
        pairing,
    )


def _to_mind(facts: Facts) -> Iterator[ToMind]:
    for status in ("not_met", "unknown"):
        for check in facts.pairing.eligibility.checks:
            if check.status == status:
                yield ToMind(check.rule, check.reason)
    for contribution in facts.pairing.contributions:
        if contribution.value < 0 and contribution.uri is None:
            yield ToMind(None, say("explain.cost", label=contribution.label))
    for line in (*facts.side.reading.required, *facts.side.reading.preferred):
        if line.uri is None:
            yield ToMind(None, say("explain.not_recognised", text=line.evidence.text))


def _text(
    facts: Facts, known: tuple[Known, ...], learn: tuple[ToLearn, ...], mind: tuple[ToMind, ...]
) -> str:
    pairing = facts.pairing
    status = say(f"labels.eligibility.{pairing.eligibility.status}")
    where = f"explain.{'unranked' if pairing.rank is None else 'ranked'}"
    sentences = [
        say(where, title=facts.offer.title, status=status, rank=pairing.rank),
        say("explain.known", labels=join_words([*map(_standing_of, known)])) if known else "",
        say("explain.learn", labels=join_words(_quoted(learn))) if learn else "",
        *(m.reason for m in mind),
        say("explain.people_decide"),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _standing_of(known: Known) -> str:
    """A known competence with where it stands: ``«saldare» (da confermare)``."""
    status = say(f"labels.status.{known.status}")
    return say("explain.with_status", label=known.label, status=status)


def _quoted(learn: tuple[ToLearn, ...]) -> list[str]:
    return [say("voices.quote", words=label) for label in dict.fromkeys(x.label for x in learn)]


def _outcome(found: Consequence) -> Outcome:
    place = found.place
    change = join_words([_said(idea) for idea in found.ideas])
    return Outcome(change, found.apply, place.score, place.rank, place.status)


def _said(idea: Idea) -> str:
    said = dict(idea.said)
    if idea.kind == "availability":
        said["hours"] = describe_week(said["week"])
    if idea.kind == "hours":
        said["hours"] = number(said["hours"])
    if idea.kind == "licence":
        said["licences"] = join_words(said["licences"])
    return say(f"changes.operator.{idea.kind}", **said)
