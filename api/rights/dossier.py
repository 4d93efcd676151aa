"""Everything that is kept about a person, gathered in one document."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from api.rights.rights_store import accounts_of, in_charge, looks_at, rankings_about
from api.sealing import SealError
from api.vault.cipher import Vault
from api.vault.identity_store import sealed_identity
from matching.consent_store import consents
from matching.decisions import Decision
from matching.engine import Engine
from matching.intake import Wish
from matching.listing_store import Slice
from matching.placement_store import Wanted, placements
from matching.placement_view import placement_as_json
from matching.settling import decisions_of, profile_of
from matching.store import Store

Json = dict[str, Any]

_ALL = 1_000_000


def gather(
    store: Store, engine: Engine, vault: Vault | None, participant_id: str, at: datetime
) -> Json:
    """The dossier of a person.

    Args:
        store: Of a transaction of who may answer for the person, with their identity asked for.
        engine: What the profile is made with.
        vault: What opens the name; without it the document says that it is sealed.
        participant_id: Whose.
        at: When it is made.

    Returns:
        A JSON document: record and texts as given, identity, who is in charge, the profile with
        reasons, activities of life and wishes as they were read, decisions, consents, placements,
        rankings (their own pairs alone), accounts, who looked.

    Raises:
        UnknownRecordError: If there is no such person.
    """
    record, reading = store.participant(participant_id)
    profile = profile_of(store, engine, participant_id)
    organisation = in_charge(store, participant_id)
    return {
        "participant_id": participant_id,
        "made_at": at.isoformat(),
        "record": record.model_dump(mode="json", by_alias=True),
        **_identity(store, vault, participant_id),
        "organisation": organisation
        and dict(zip(("organisation_id", "name"), organisation, strict=True)),
        "profile": profile.model_dump(mode="json"),
        "activities": [activity.model_dump(mode="json") for activity in profile.activities],
        "wishes": [_wish(wish, engine) for wish in (*reading.interests, *reading.avoid)],
        "decisions": [_decision(d, engine) for d in decisions_of(store, participant_id)],
        "consents": _consents(store, participant_id),
        "placements": _placements(store, participant_id),
        "rankings": _rankings(store, participant_id),
        "accounts": [_plain(account) for account in accounts_of(store, participant_id)],
        "looks": [_plain(look) for look in looks_at(store, participant_id)],
    }


def _plain(row: Any) -> Json:
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in asdict(row).items()}


def _identity(store: Store, vault: Vault | None, participant_id: str) -> Json:
    sealed = sealed_identity(store, participant_id)
    if sealed is None:
        return {"identity": None, "identity_sealed": False}
    try:
        identity = vault and vault.open(participant_id, sealed)
    except SealError:
        identity = None
    return {"identity": identity and identity.model_dump(), "identity_sealed": identity is None}


def _wish(wish: Wish, engine: Engine) -> Json:
    """Something liked or avoided, and the concepts that it was read to touch."""
    return {
        "evidence": wish.passage.evidence.model_dump(mode="json"),
        "concepts": [engine.taxonomy.concept(uri).label for uri in wish.concepts],
    }


def _decision(decision: Decision, engine: Engine) -> Json:
    label = engine.taxonomy.concept(decision.uri).label
    return {**_plain(decision), "label": label, "state": decision.state}


def _titles(store: Store, offer_ids: list[str]) -> dict[str, Json]:
    """What an offer is called, and by whom; an offer may be gone."""
    offers = [offer for offer, _ in store.offers(offer_ids)]
    companies = store.companies([offer.company_id for offer in offers])
    return {o.id: {"title": o.title, "company": companies[o.company_id].name} for o in offers}


def _consents(store: Store, participant_id: str) -> list[Json]:
    given = consents(store, participant_id, Slice(None, _ALL))
    titles = _titles(store, [consent.offer_id for consent in given])
    return [{**_plain(consent), **titles[consent.offer_id]} for consent in given]


def _placements(store: Store, participant_id: str) -> list[Json]:
    """All that is written of each, the notes too: they are about the person."""
    found = placements(store, Wanted(participant_id=participant_id), Slice(None, _ALL))
    titles = _titles(store, [placement.offer_id for placement in found])
    return [{**placement_as_json(p), **titles[p.offer_id]} for p in found]


def _rankings(store: Store, participant_id: str) -> list[Json]:
    found = rankings_about(store, participant_id)
    titles = _titles(store, sorted({pair["offer_id"] for r in found for pair in r.pairs}))
    gone = {"title": None, "company": None}
    return [
        {
            "run_id": ranking.run_id,
            "asked_at": ranking.asked_at.isoformat(),
            "direction": ranking.question["direction"],
            "on": ranking.question["on"],
            "versions": ranking.versions,
            "items": [{**pair, **titles.get(pair["offer_id"], gone)} for pair in ranking.pairs],
        }
        for ranking in found
    ]
