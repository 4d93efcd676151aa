"""USE CASE: a person settles a proposed competence; what they decide wins over every text."""

from datetime import datetime

from matching.engine import Engine
from matching.errors import UnknownRecordError
from matching.profile import HeldCompetence, Profile, Settled
from matching.shortlist import load_person
from matching.store import Store


def settle(
    store: Store,
    engine: Engine,
    participant_id: str,
    competence_uri: str,
    status: Settled | None,
    *,
    at: datetime,
) -> HeldCompetence | None:
    """Confirm or reject a competence of a participant, or take the decision back (None).

    A competence that no text names may be confirmed too: people know more than texts.

    Returns:
        The competence as the profile now holds it; None if it holds it no more.

    Raises:
        UnknownRecordError: If there is no such participant, or no such competence in the taxonomy.
    """
    store.begin_writing()
    store.participant(participant_id)
    if not engine.taxonomy.is_competence(competence_uri):
        raise UnknownRecordError("competence", competence_uri)
    store.settle(participant_id, competence_uri, status, at)
    person = load_person(store, engine, participant_id)
    store.save_coverage([person])
    held = {h.uri: h for h in engine.profile(person).competences}
    return held.get(competence_uri)


def profile_of(store: Store, engine: Engine, participant_id: str) -> Profile:
    """The profile of a participant; UnknownRecordError if there is none."""
    return engine.profile(load_person(store, engine, participant_id))
