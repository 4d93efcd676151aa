"""All SQL about decisions on competences: each is added, none is ever changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection

from matching.decisions import Decision
from matching.profile import Settled


@dataclass(frozen=True)
class DecisionStore:
    """The decisions of one programme, through one open transaction."""

    connection: Connection[Any]
    programme_id: str

    def add(self, participant_id: str, decision: Decision) -> None:
        """Keep a decision; from now on it is the one that counts."""
        sql = """
            INSERT INTO settled_competence (
                programme_id, participant_id, competence_uri, status, level, settled_by, settled_at
            ) VALUES (%s, %s, %s, %s, %s, %s, %s)
        """
        self.connection.execute(
            sql,
            (
                self.programme_id, participant_id, decision.uri, decision.answer, decision.level,
                decision.by, decision.at,
            ),
        )  # fmt: skip

    def history(self, participant_id: str) -> list[Decision]:
        """Every decision about a person, those taken back too, oldest first."""
        sql = """
            SELECT competence_uri, status, level, settled_by, settled_at FROM settled_competence
            WHERE programme_id = %s AND participant_id = %s
            ORDER BY decision_number
        """
        rows = self.connection.execute(sql, (self.programme_id, participant_id)).fetchall()
        return [Decision(*row) for row in rows]

    def settled(self, participant_ids: Sequence[str]) -> dict[str, dict[str, Settled]]:
        """What counts for each person: participant id → URI → confirmed or rejected."""
        sql = """
            SELECT participant_id, competence_uri, status FROM (
                SELECT DISTINCT ON (participant_id, competence_uri)
                    participant_id, competence_uri, status
                FROM settled_competence
                WHERE programme_id = %s AND participant_id = ANY(%s)
                ORDER BY participant_id, competence_uri, decision_number DESC
            ) AS last
            WHERE status IN ('confirmed', 'rejected')
            ORDER BY competence_uri
        """
        settled: dict[str, dict[str, Settled]] = {pid: {} for pid in participant_ids}
        rows = self.connection.execute(sql, (self.programme_id, list(participant_ids)))
        for participant_id, uri, status in rows:
            settled[participant_id][uri] = status
        return settled
