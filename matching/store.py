"""All SQL about companies, offers, participants and runs, each bound to one programme."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb
from pydantic import BaseModel

from matching.decision_store import DecisionStore
from matching.errors import UnknownRecordError
from matching.features import OfferSide, PersonSide
from matching.intake import OfferReading, ParticipantReading
from matching.model import Company, Offer, Participant
from matching.profile import Settled
from matching.sketch import key, packed_terms, sketch_of_offer, sketch_of_person

Rows = Iterable[tuple[Any, ...]]

# One key for all who write records of a programme, so that two loads never deadlock.
_WRITERS = "cantiere writers of "


@dataclass(frozen=True, slots=True)
class SavedCounts:
    """What saving some records did."""

    added: int
    updated: int
    unchanged: int

    def with_unchanged_of(self, given: Sequence[object]) -> "SavedCounts":
        """The counts of all that was given, of which only these were saved."""
        return SavedCounts(self.added, self.updated, len(given) - self.added - self.updated)


def as_json(model: BaseModel) -> Jsonb:
    """A record or reading as the database keeps it."""
    return Jsonb(model.model_dump(mode="json", by_alias=True))


@lru_cache(maxsize=1_000)
def _offer_of(record: str, reading: str) -> tuple[Offer, OfferReading]:
    """An offer from the database's words for it; many rankings read the same offers."""
    return Offer.model_validate_json(record), OfferReading.model_validate_json(reading)


@dataclass(frozen=True)
class Store:
    """The records of one programme, through one open transaction.

    ``identify`` says to the database who acts, again in each transaction.
    """

    connection: Connection[Any]
    programme_id: str = "default"
    identify: Callable[[], None] = lambda: None

    # Transactions

    def begin_writing(self) -> None:
        """Wait for other writers of the programme to finish; hold them off until the end."""
        self._run(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", _WRITERS + self.programme_id
        )

    def begin_reading(self) -> None:
        """See one state of the data until the end, whatever others write meanwhile."""
        self.connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    def end_reading(self) -> None:
        """See what others have written again; nothing was written since `begin_reading`."""
        self.connection.commit()
        self.identify()

    def _run(self, sql: str, *values: object) -> list[Any]:
        cursor = self.connection.execute(sql, values)
        return cursor.fetchall() if cursor.description else []

    def _insert(self, table: str, columns: Mapping[str, str], rows: Rows) -> None:
        """Add rows, given their columns' types; row-level security would refuse a COPY."""
        # All but the values are literals of this module, never input.
        names = ", ".join(["programme_id", *columns])
        arrays = ", ".join(f"%s::{type_}[]" for type_ in columns.values())
        new = f"INSERT INTO {table} ({names}) SELECT %s, * FROM unnest({arrays})"  # noqa: S608
        values = [list(column) for column in zip(*rows, strict=True)]
        if values:
            self._run(new, self.programme_id, *values)

    # What the derived columns were derived with

    def derived_with(self) -> str | None:
        """The versions behind readings and concepts, or None before the first record."""
        sql = "SELECT derived_with FROM programme WHERE programme_id = %s"
        found: str | None = self._run(sql, self.programme_id)[0][0]
        return found

    def set_derived_with(self, versions: str) -> None:
        """Say what readings and concepts were derived with."""
        sql = "UPDATE programme SET derived_with = %s WHERE programme_id = %s"
        self._run(sql, versions, self.programme_id)

    def analyze(self) -> None:
        """Tell the planner what was loaded: an embedded server seldom runs until it sees itself.

        Only who owns the tables may. Records that come one at a time, through the service, are left
        to the server's own autovacuum.
        """
        self._run("ANALYZE offer, offer_concept, participant, participant_concept")

    # Companies

    def save_companies(self, companies: Iterable[Company]) -> SavedCounts:
        """Add new companies, replace changed ones."""
        sql = """
            INSERT INTO company (programme_id, company_id, record) VALUES (%s, %s, %s)
            ON CONFLICT (programme_id, company_id) DO UPDATE SET record = excluded.record
            WHERE company.record IS DISTINCT FROM excluded.record
            RETURNING xmax = 0
        """
        return self._save(sql, ((self.programme_id, c.id, as_json(c)) for c in companies))

    def company_ids(self) -> set[str]:
        """The ids of every company."""
        sql = "SELECT company_id FROM company WHERE programme_id = %s"
        return {row[0] for row in self._run(sql, self.programme_id)}

    def companies(self, ids: Sequence[str]) -> dict[str, Company]:
        """Companies by id."""
        sql = """
            SELECT company_id, record::text FROM company
            WHERE programme_id = %s AND company_id = ANY(%s)
        """
        rows = self._run(sql, self.programme_id, list(ids))
        return {row[0]: Company.model_validate_json(row[1]) for row in rows}

    # Offers

    def save_offers(self, offers: Iterable[OfferSide]) -> SavedCounts:
        """Add new offers, replace changed ones, with what they ask for."""
        kept = list(offers)
        sql = """
            INSERT INTO offer (
                programme_id, offer_id, company_id, start_date, record, reading, missing_all,
                week, words, place
            ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (programme_id, offer_id) DO UPDATE SET
                company_id = excluded.company_id, start_date = excluded.start_date,
                record = excluded.record, reading = excluded.reading,
                missing_all = excluded.missing_all,
                week = excluded.week, words = excluded.words, place = excluded.place
            WHERE offer.record IS DISTINCT FROM excluded.record
               OR offer.reading IS DISTINCT FROM excluded.reading
               OR offer.missing_all IS DISTINCT FROM excluded.missing_all
               OR offer.words IS DISTINCT FROM excluded.words
            RETURNING xmax = 0
        """
        counts = self._save(
            sql,
            (
                (
                    self.programme_id, side.offer.id, side.offer.company_id, side.offer.start_date,
                    as_json(side.offer), as_json(side.reading),
                    sum(need.missing for need in side.needs), *astuple(sketch_of_offer(side)),
                )
                for side in kept
            ),
        )  # fmt: skip
        self._run(
            "DELETE FROM offer_concept WHERE programme_id = %s AND offer_id = ANY(%s)",
            self.programme_id,
            [side.offer.id for side in kept],
        )
        self._insert(
            "offer_concept",
            {"concept": "bigint", "offer_id": "text", "slope": "float8"},
            ((key(need.uri), side.offer.id, need.slope) for side in kept for need in side.needs),
        )
        return counts

    def offers(self, ids: Sequence[str] | None = None) -> Iterator[tuple[Offer, OfferReading]]:
        """Offers with their readings, by id; all of them without ``ids``."""
        sql = """
            SELECT record::text, reading::text FROM offer
            WHERE programme_id = %(programme)s
              AND (%(ids)s::text[] IS NULL OR offer_id = ANY(%(ids)s))
            ORDER BY offer_id
        """
        values = {"programme": self.programme_id, "ids": None if ids is None else list(ids)}
        for record, reading in self.connection.execute(sql, values):
            yield _offer_of(record, reading)

    def offer(self, offer_id: str) -> tuple[Offer, OfferReading]:
        """One offer; UnknownRecordError if there is none."""
        for found in self.offers([offer_id]):
            return found
        raise UnknownRecordError("offer", offer_id)

    # Participants

    def save_participants(self, people: Iterable[PersonSide]) -> SavedCounts:
        """Add new participants, replace changed ones, with what they cover."""
        kept = list(people)
        sql = """
            INSERT INTO participant (
                programme_id, participant_id, record, reading, terms, week, words, place
            ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (programme_id, participant_id) DO UPDATE SET
                record = excluded.record, reading = excluded.reading,
                terms = excluded.terms,
                week = excluded.week, words = excluded.words, place = excluded.place
            WHERE participant.record IS DISTINCT FROM excluded.record
               OR participant.reading IS DISTINCT FROM excluded.reading
               OR participant.words IS DISTINCT FROM excluded.words
            RETURNING xmax = 0
        """
        counts = self._save(
            sql,
            (
                (
                    self.programme_id,
                    s.participant.id,
                    as_json(s.participant),
                    as_json(s.reading),
                    packed_terms(s.reading),
                    *astuple(sketch_of_person(s)),
                )
                for s in kept
            ),
        )
        self.save_coverage(kept)
        return counts

    def save_coverage(self, people: Sequence[PersonSide]) -> None:
        """Replace what people cover."""
        numbers = self._numbers([side.participant.id for side in people])
        self._run(
            "DELETE FROM participant_concept WHERE programme_id = %s AND number = ANY(%s)",
            self.programme_id,
            list(numbers.values()),
        )
        self._insert(
            "participant_concept",
            {"concept": "bigint", "number": "integer", "coverage": "float8"},
            (
                (key(uri), numbers[side.participant.id], coverage)
                for side in people
                for uri, coverage in side.coverage.items()
            ),
        )

    def _numbers(self, participant_ids: Sequence[str]) -> dict[str, int]:
        """The numbers of participants; UnknownRecordError for one whom the caller may not see."""
        sql = """
            SELECT participant_id, number FROM participant
            WHERE programme_id = %s AND participant_id = ANY(%s)
        """
        found = dict(self._run(sql, self.programme_id, list(participant_ids)))
        for participant_id in participant_ids:
            if participant_id not in found:
                raise UnknownRecordError("participant", participant_id)
        return found

    def participants(
        self, ids: Sequence[str] | None = None
    ) -> Iterator[tuple[Participant, ParticipantReading]]:
        """Participants with their readings, by id; all of them without ``ids``."""
        sql = """
            SELECT record::text, reading::text FROM participant
            WHERE programme_id = %(programme)s
              AND (%(ids)s::text[] IS NULL OR participant_id = ANY(%(ids)s))
            ORDER BY participant_id
        """
        values = {"programme": self.programme_id, "ids": None if ids is None else list(ids)}
        for record, reading in self.connection.execute(sql, values):
            yield (
                Participant.model_validate_json(record),
                ParticipantReading.model_validate_json(reading),
            )

    def records(self, ids: Sequence[str]) -> Iterator[Participant]:
        """Participants without their readings, by id."""
        sql = """
            SELECT record::text FROM participant
            WHERE programme_id = %s AND participant_id = ANY(%s)
            ORDER BY participant_id
        """
        for (record,) in self._run(sql, self.programme_id, list(ids)):
            yield Participant.model_validate_json(record)

    def participant(self, participant_id: str) -> tuple[Participant, ParticipantReading]:
        """One participant; UnknownRecordError if there is none."""
        for found in self.participants([participant_id]):
            return found
        raise UnknownRecordError("participant", participant_id)

    def coverage(
        self, participant_ids: Sequence[str], concept_uris: Sequence[str]
    ) -> dict[str, dict[str, float]]:
        """How far each person covers each of some concepts: participant id → URI → coverage."""
        sql = """
            SELECT participant_id, concept, coverage
            FROM participant JOIN participant_concept USING (programme_id, number)
            WHERE programme_id = %s AND participant_id = ANY(%s) AND concept = ANY(%s)
        """
        uris = {key(uri): uri for uri in concept_uris}
        covered: dict[str, dict[str, float]] = {pid: {} for pid in participant_ids}
        for pid, concept, value in self._run(
            sql, self.programme_id, list(participant_ids), list(uris)
        ):
            covered[pid][uris[concept]] = value
        return covered

    # What people settled

    @property
    def decisions(self) -> DecisionStore:
        """The decisions on competences."""
        return DecisionStore(self.connection, self.programme_id)

    def settled(self, participant_ids: Sequence[str]) -> dict[str, dict[str, Settled]]:
        """What was decided for each person: participant id → URI → decision."""
        return self.decisions.settled(participant_ids)

    # Runs

    def save_snapshots(self, contents: Mapping[str, str]) -> None:
        """Keep records as they are now, JSON documents, each once, by the digest of its content.

        Most are kept already, and need not be sent. In one order, so that two who keep the same
        records never wait for each other.
        """
        sql = "SELECT digest FROM snapshot WHERE programme_id = %s AND digest = ANY(%s)"
        kept = {digest for (digest,) in self._run(sql, self.programme_id, list(contents))}
        new = sorted(contents.keys() - kept)
        sql = """
            INSERT INTO snapshot SELECT %s, * FROM unnest(%s::text[], %s::text[]::jsonb[])
            ON CONFLICT DO NOTHING
        """
        self._run(sql, self.programme_id, new, [contents[digest] for digest in new])

    def snapshots(self, digests: Sequence[str]) -> dict[str, Any]:
        """The contents kept under some digests."""
        sql = "SELECT digest, content FROM snapshot WHERE programme_id = %s AND digest = ANY(%s)"
        return dict(self._run(sql, self.programme_id, list(digests)))

    def save_run(self, run_id: str, asked_at: datetime, *parts: object) -> None:
        """Keep a ranking: ``parts`` are question, versions, inputs and answer."""
        self._run(
            "INSERT INTO run VALUES (%s, %s, %s, %s, %s, %s, %s)",
            self.programme_id, run_id, asked_at, *(Jsonb(part) for part in parts),
        )  # fmt: skip

    def run(self, run_id: str) -> tuple[Any, ...]:
        """Question, versions, inputs, answer of a ranking; UnknownRecordError if there is none."""
        sql = """
            SELECT question, versions, inputs, answer FROM run
            WHERE programme_id = %s AND run_id = %s
        """
        for row in self._run(sql, self.programme_id, run_id):
            return tuple(row)
        raise UnknownRecordError("run", run_id)

    def _save(self, sql: str, rows: Rows) -> SavedCounts:
        """Insert or update row by row; a row that changes nothing returns nothing."""
        outcomes: list[bool | None] = []
        with self.connection.cursor() as cursor:
            cursor.executemany(sql, list(rows), returning=True)
            for result in cursor.results():
                found = result.fetchone()
                outcomes.append(None if found is None else found[0])
        return SavedCounts(outcomes.count(True), outcomes.count(False), outcomes.count(None))
