"""What the offer itself says: is it open, are there seats, whom it is meant for."""

from math import inf

from matching.eligibility.verdict import Pair, Verdict, by_age, met_if, rule
from matching.messages import join_words, say
from matching.model import Offer


@rule("OFF-OPEN")
def still_open(pair: Pair) -> Verdict:
    """The offer has not begun yet."""
    day = pair.offer.start_date
    return met_if(day >= pair.on, "OFF-OPEN", day=day)


@rule("OFF-SEATS")
def seats_left(pair: Pair) -> Verdict:
    """A seat is left."""
    return met_if(pair.offer.seats > 0, "OFF-SEATS", seats=pair.offer.seats)


@rule("OFF-TARGET")
def reserved(pair: Pair) -> Verdict | None:
    """The seats are not reserved to other groups of the programme."""
    targets, target = pair.offer.reserved_targets, pair.participant.target
    if not targets:
        return None
    return met_if(
        target in targets,
        "OFF-TARGET",
        targets=join_words([say(f"labels.target.{t}") for t in targets]),
        target=say(f"labels.target.{target}"),
    )


@rule("OFF-AGE")
def age_limits(pair: Pair) -> Verdict | None:
    """The person's age is within the limits the offer sets."""
    offer = pair.offer
    if offer.min_age is None and offer.max_age is None:
        return None
    youngest = -inf if offer.min_age is None else offer.min_age
    oldest = inf if offer.max_age is None else offer.max_age
    limits = _limits(offer)

    def judge(age: int) -> Verdict:
        return met_if(youngest <= age <= oldest, "OFF-AGE", limits=limits)

    return by_age(pair, judge)


def _limits(offer: Offer) -> str:
    if offer.max_age is None:
        return say("eligibility.OFF-AGE.at_least", min=offer.min_age)
    if offer.min_age is None:
        return say("eligibility.OFF-AGE.at_most", max=offer.max_age)
    return say("eligibility.OFF-AGE.between", min=offer.min_age, max=offer.max_age)
