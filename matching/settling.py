"""USE CASE: a person settles a proposed competence; what they decide wins over every text."""

from datetime import datetime

from matching.decisions import Decision, Given, Level, in_force, require_who
from matching.engine import Engine
from matching.errors import UnknownRecordError
from matching.profile import HeldCompetence, Profile
from matching.shortlist import load_person
from matching.store import Store


def settle(
    store: Store,
    engine: Engine,
    participant_id: str,
    uri: str,
    answer: Given | None,
    *,
    by: str,
    at: datetime,
    level: Level = "said",
) -> HeldCompetence | None:
    """Decide on a competence of a participant, or take the decision in force back (None).

    A competence that no text names may be confirmed too: people know more than texts. A trade may
    be decided on only where a text was read to name it: rejecting it takes away what it implied.

    Args:
        store: The programme's records.
        engine: What the profile is made with.
        participant_id: Whose competence.
        uri: Of the competence or trade.
        answer: ``unsure`` leaves a proposal as it is, and remembers that it was asked.
        by: Role and code of who decides.
        at: When.
        level: What a confirmation rests on.

    Returns:
        The competence as the profile now holds it; None if it holds it no more, or for a trade.

    Raises:
        UnknownRecordError: If there is no such participant, or nothing of the kind to decide on.
        CantiereError: If ``by`` cannot be kept.
    """
    who = require_who(by)
    store.begin_writing()
    _require_known(store, engine, participant_id, uri)
    if answer is not None:
        ground = level if answer == "confirmed" else None
        store.decisions.add(participant_id, Decision(uri, answer, ground, who, at))
    elif uri in in_force(store.decisions.history(participant_id)):
        store.decisions.add(participant_id, Decision(uri, "withdrawn", None, who, at))
    person = load_person(store, engine, participant_id)
    store.save_coverage([person])
    held = {h.uri: h for h in engine.profile(person).competences}
    return held.get(uri)


def _require_known(store: Store, engine: Engine, participant_id: str, uri: str) -> None:
    _, reading = store.participant(participant_id)
    told = {named.uri for named in reading.occupations}
    if not engine.taxonomy.is_competence(uri) and uri not in told:
        raise UnknownRecordError("competence", uri)


def profile_of(store: Store, engine: Engine, participant_id: str) -> Profile:
    """The profile of a participant; UnknownRecordError if there is none."""
    return engine.profile(load_person(store, engine, participant_id))


def decisions_of(store: Store, participant_id: str) -> list[Decision]:
    """Every decision about a participant, oldest first; UnknownRecordError if there is none."""
    store.participant(participant_id)
    return store.decisions.history(participant_id)
