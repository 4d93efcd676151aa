"""The few errors of matching. Each carries a sentence a user can act on, and no personal data."""

from matching.messages import say


class CantiereError(Exception):
    """Something the user can mend; ``str(error)`` is one clear line in the user's language."""


class UnknownRecordError(CantiereError):
    """An id that the programme does not hold.

    Args:
        kind: ``participant``, ``offer``, ``company``, ``run``, ``placement`` or ``competence``.
        record_id: The id asked for.
    """

    def __init__(self, kind: str, record_id: str) -> None:
        super().__init__(say(f"errors.unknown_record.{kind}", id=record_id))


class FileError(CantiereError):
    """A file that cannot be read at all (its rows are not reached)."""


class DatabaseError(CantiereError):
    """The database cannot be used; the sentence says why and what to do."""
