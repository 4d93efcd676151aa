"""All SQL about placements: a row says where each stands; its steps are added, never changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg.errors import CheckViolation, UniqueViolation

from matching.errors import UnknownRecordError
from matching.listing_store import Slice
from matching.placement import (
    RUNNING,
    Move,
    Placement,
    PlacementError,
    PlacementStatus,
    Step,
)
from matching.store import Store


@dataclass(frozen=True)
class Wanted:
    """Which placements a list is about; what is None does not matter.

    Attributes:
        participant_id: Of this person.
        offer_id: Under this offer.
        status: That stand here.
        organisation_id: Of people in this organisation's charge.
        municipalities: Of people who live here.
        company_id: What this company may see: under its offers, of who agrees or is there.
    """

    participant_id: str | None = None
    offer_id: str | None = None
    status: PlacementStatus | None = None
    organisation_id: str | None = None
    municipalities: Sequence[str] | None = None
    company_id: str | None = None


def add(store: Store, placement: Placement) -> None:
    """Keep a new placement; PlacementError if the pair has one that is still open."""
    sql = """
        INSERT INTO placement (
            programme_id, placement_id, participant_id, offer_id, run_id, status
        ) VALUES (%s, %s, %s, %s, %s, %s)
    """
    values = (
        store.programme_id, placement.placement_id, placement.participant_id, placement.offer_id,
        placement.run_id, placement.status,
    )  # fmt: skip
    try:
        store.connection.execute(sql, values)
    except UniqueViolation:
        raise PlacementError("open_already") from None
    _add_step(store, placement)


def add_step(store: Store, placement: Placement) -> None:
    """Keep the last step of a placement, and where it now stands.

    Raises:
        PlacementError: If the seat is another's, or the pair has meanwhile another open placement.
    """
    sql = """
        UPDATE placement SET status = %s, seat = %s WHERE programme_id = %s AND placement_id = %s
    """
    values = (placement.status, placement.seat, store.programme_id, placement.placement_id)
    try:
        store.connection.execute(sql, values)
    except CheckViolation:
        raise PlacementError("no_seat") from None
    except UniqueViolation as error:
        open_pair = error.diag.constraint_name == "placement_open"
        raise PlacementError("open_already" if open_pair else "no_seat") from None
    _add_step(store, placement)


def _add_step(store: Store, placement: Placement) -> None:
    step = placement.steps[-1]
    move = step.move
    sql = """
        INSERT INTO placement_step (
            programme_id, placement_id, number, action, side, day, reason, outcome, override, note,
            taken_by, taken_at, overridden, supersedes
        ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    """
    values = (
        store.programme_id, placement.placement_id, step.number, move.action, move.side, move.day,
        move.reason, move.outcome, move.override, move.note, step.by, step.at,
        list(step.overridden), step.supersedes,
    )  # fmt: skip
    store.connection.execute(sql, values)


def placement(store: Store, placement_id: str) -> Placement:
    """One placement; UnknownRecordError if there is none."""
    return _one(store, placement_id, "")


def locked_placement(store: Store, placement_id: str) -> Placement:
    """The same; nobody else takes a step of it until the transaction ends."""
    return _one(store, placement_id, "FOR UPDATE OF placement")


def _one(store: Store, placement_id: str, lock: str) -> Placement:
    sql = f"""
        SELECT placement_id, participant_id, offer_id, run_id, seat FROM placement
        WHERE programme_id = %s AND placement_id = %s AND participant_id IS NOT NULL
        {lock}
    """  # noqa: S608 - the lock is a literal of this module
    row = store.connection.execute(sql, (store.programme_id, placement_id)).fetchone()
    if row is None:
        raise UnknownRecordError("placement", placement_id)
    [found] = _with_steps(store, [row])
    return found


def placements(store: Store, wanted: Wanted, part: Slice) -> list[Placement]:
    """Placements, the newest first (their ids begin with the moment of the proposal)."""
    sql = """
        SELECT placement_id, placement.participant_id, offer_id, run_id, seat
        FROM placement
        JOIN participant AS person USING (programme_id, participant_id)
        JOIN offer USING (programme_id, offer_id)
        WHERE programme_id = %(programme)s
          AND (%(after)s::text IS NULL OR placement_id < %(after)s)
          AND (%(participant)s::text IS NULL OR participant_id = %(participant)s)
          AND (%(offer)s::text IS NULL OR offer_id = %(offer)s)
          AND (%(status)s::text IS NULL OR status = %(status)s)
          AND (%(organisation)s::text IS NULL OR person.organisation_id = %(organisation)s)
          AND (%(places)s::text[] IS NULL OR person.municipality = ANY(%(places)s))
        ORDER BY placement_id DESC LIMIT %(limit)s
    """
    values = _values(store, wanted, part) | {
        "organisation": wanted.organisation_id,
        "places": None if wanted.municipalities is None else list(wanted.municipalities),
    }
    return _with_steps(store, store.connection.execute(sql, values).fetchall())


def placements_of_company(store: Store, wanted: Wanted, part: Slice) -> list[Placement]:
    """The same as a company may see them; it looks no person up."""
    sql = """
        SELECT placement_id, participant_id, offer_id, run_id, seat
        FROM placement JOIN offer USING (programme_id, offer_id)
        LEFT JOIN proposal_consent AS consent USING (programme_id, participant_id, offer_id)
        WHERE programme_id = %(programme)s AND participant_id IS NOT NULL
          AND offer.company_id = %(company)s
          AND (consent.given_at IS NOT NULL OR status = ANY(%(running)s))
          AND (%(after)s::text IS NULL OR placement_id < %(after)s)
          AND (%(participant)s::text IS NULL OR participant_id = %(participant)s)
          AND (%(offer)s::text IS NULL OR offer_id = %(offer)s)
          AND (%(status)s::text IS NULL OR status = %(status)s)
        ORDER BY placement_id DESC LIMIT %(limit)s
    """
    values = _values(store, wanted, part) | {
        "company": wanted.company_id, "running": list(RUNNING),
    }  # fmt: skip
    return _with_steps(store, store.connection.execute(sql, values).fetchall())


def open_placements(store: Store, participant_id: str, offer_id: str) -> list[str]:
    """The placement of a pair that has not begun, if there is one; it cannot begin meanwhile."""
    sql = """
        SELECT placement_id FROM placement
        WHERE programme_id = %s AND participant_id = %s AND offer_id = %s
          AND status IN ('proposed', 'accepted', 'interview')
        FOR UPDATE
    """
    values = (store.programme_id, participant_id, offer_id)
    return [row[0] for row in store.connection.execute(sql, values)]


def refused_people(store: Store, offer_id: str) -> set[str]:
    """Those whose last placement under an offer ended with a no, and who did not agree again."""
    sql = """
        SELECT participant_id FROM (
            SELECT DISTINCT ON (participant_id)
                programme_id, placement_id, participant_id, offer_id, status
            FROM placement
            WHERE programme_id = %s AND offer_id = %s AND participant_id IS NOT NULL
            ORDER BY participant_id, placement_id DESC
        ) AS last
        WHERE status = 'refused' AND NOT EXISTS (
            SELECT FROM proposal_consent JOIN placement_step AS step USING (programme_id)
            WHERE proposal_consent.programme_id = last.programme_id
              AND proposal_consent.participant_id = last.participant_id
              AND proposal_consent.offer_id = last.offer_id
              AND step.placement_id = last.placement_id AND step.action = 'refuse'
            GROUP BY given_at HAVING given_at > max(taken_at)
        )
    """
    return {row[0] for row in store.connection.execute(sql, (store.programme_id, offer_id))}


def placement_counts(store: Store) -> dict[str, int]:
    """How many placements stand where, for who sees figures only."""
    return dict(store.connection.execute("SELECT status, placements FROM placement_counts()"))


def free_seat(store: Store, offer_id: str) -> int | None:
    """A seat of an offer that nobody has, and nobody else will until the transaction ends."""
    sql = "SELECT free_seat(%s, %s)"
    row = store.connection.execute(sql, (store.programme_id, offer_id)).fetchone()
    return None if row is None else row[0]


def lock_company(store: Store, company_id: str) -> None:
    """Nobody else starts at a company until the transaction ends."""
    sql = """
        SELECT FROM company WHERE programme_id = %s AND company_id = %s FOR NO KEY UPDATE
    """
    store.connection.execute(sql, (store.programme_id, company_id))


_RECENT_RUNS = 20


def listing_run(
    store: Store, participant_id: str, offer_id: str, run_id: str | None = None
) -> str | None:
    """The run that listed a pair: the one given, or a recent one about either; None: none did."""
    sql = """
        SELECT run_id FROM (
            SELECT run_id, asked_at, answer FROM run
            WHERE programme_id = %(programme)s
              AND question ->> 'subject_id' = ANY(%(subjects)s)
              AND (%(run)s::text IS NULL OR run_id = %(run)s)
            ORDER BY asked_at DESC LIMIT %(recent)s
        ) AS recent
        WHERE jsonb_path_exists(
            answer, '$.items[*] ? (@.participant_id == $person && @.offer_id == $offer)',
            jsonb_build_object('person', %(person)s::text, 'offer', %(offer)s::text)
        )
        ORDER BY asked_at DESC LIMIT 1
    """
    values = {
        "programme": store.programme_id,
        "subjects": [participant_id, offer_id],
        "run": run_id,
        "recent": _RECENT_RUNS,
        "person": participant_id,
        "offer": offer_id,
    }
    row = store.connection.execute(sql, values).fetchone()
    return None if row is None else str(row[0])


def _values(store: Store, wanted: Wanted, part: Slice) -> dict[str, object]:
    return {
        "programme": store.programme_id,
        "after": part.after,
        "limit": part.limit,
        "participant": wanted.participant_id,
        "offer": wanted.offer_id,
        "status": wanted.status,
    }


def _with_steps(store: Store, rows: Sequence[tuple[Any, ...]]) -> list[Placement]:
    steps = _steps(store, [row[0] for row in rows])
    return [
        Placement(placement_id, participant_id, offer_id, run_id, seat, steps[placement_id])
        for placement_id, participant_id, offer_id, run_id, seat in rows
    ]


def _steps(store: Store, ids: Sequence[str]) -> dict[str, tuple[Step, ...]]:
    sql = """
        SELECT placement_id, number, taken_by, taken_at, overridden, supersedes,
               action, side, day, reason, outcome, override, note
        FROM placement_step WHERE programme_id = %s AND placement_id = ANY(%s)
        ORDER BY placement_id, number
    """
    found: dict[str, tuple[Step, ...]] = dict.fromkeys(ids, ())
    for placement_id, number, by, at, overridden, supersedes, *move in store.connection.execute(
        sql, (store.programme_id, list(ids))
    ):
        step = Step(number, Move(*move), by, at, tuple(overridden), supersedes)
        found[placement_id] += (step,)
    return found
