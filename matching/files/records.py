"""Files → checked records, every error, and the rows that were not taken."""

from collections.abc import Container, Iterable, Sequence
from pathlib import Path
from typing import get_args

from matching.files.contents import FileContents, Kind, printable_name, shown
from matching.files.drafts import Draft, check, draft
from matching.files.tables import tables_of
from matching.messages import say
from matching.model import Company, Offer, Participant, RecordKind

_RECORD_KINDS: tuple[RecordKind, ...] = get_args(RecordKind)


def read_files(paths: Sequence[Path], *, known_companies: Container[str] = ()) -> FileContents:
    """Read participants, companies and offers; the kind of each table comes from its content.

    An error never stops the reading of the other rows, or of the other files. A participant is
    taken with all its experiences or not at all.

    Args:
        paths: ``.jsonl``, ``.ndjson``, ``.json``, ``.csv``, ``.tsv`` or ``.xlsx`` files.
            Experiences stand in the participant's JSON, on a second sheet, or in another file.
        known_companies: Ids that the programme holds; an offer may name one of those, or one of
            these files.
    """
    tables = [table for path in paths for table in tables_of(path)]
    loads = [(table, [draft(table, row) for row in table.rows]) for table in tables]
    drafts = [each for _, table_drafts in loads for each in table_drafts]
    owners = _join_experiences(_of("experiences", drafts), _of("participants", drafts))
    for kind in _RECORD_KINDS:
        _check_all(kind, _of(kind, drafts))
    _hold_together(owners)
    _refuse_unknown_companies(_of("offers", drafts), _of("companies", drafts), known_companies)
    records = [each.record for each in drafts if each.is_good]
    return FileContents(
        participants=tuple(record for record in records if isinstance(record, Participant)),
        companies=tuple(record for record in records if isinstance(record, Company)),
        offers=tuple(record for record in records if isinstance(record, Offer)),
        errors=tuple(
            error
            for table, table_drafts in loads
            for error in (*table.errors, *(e for each in table_drafts for e in each.errors()))
        ),
        rejected=tuple(each.rejected() for each in drafts if not each.is_good),
    )


def _of(kind: Kind, drafts: Iterable[Draft]) -> list[Draft]:
    return [each for each in drafts if each.row.kind == kind]


def _check_all(kind: RecordKind, drafts: list[Draft]) -> None:
    first: dict[str, Draft] = {}
    for each in drafts:
        record_id = each.text("id")
        earlier = first.setdefault(record_id, each) if record_id else each
        if earlier is not each:
            each.refuse("id", _repeated(record_id, earlier))
        check(each, kind)


def _repeated(record_id: str, earlier: Draft) -> str:
    file, row = printable_name(earlier.table.file), earlier.row.number
    return say("files.join.repeated_id", id=shown(record_id), file=file, row=row)


def _join_experiences(
    experiences: list[Draft], participants: list[Draft]
) -> list[tuple[Draft, Draft]]:
    """Give the experiences of other sheets and files to their participants.

    Returns:
        Each experience whose participant is here, with that participant.
    """
    by_id: dict[str, Draft] = {}
    for participant in participants:
        by_id.setdefault(participant.text("id"), participant)
    owners = []
    for experience in experiences:
        check(experience, "experiences")
        owner_id = experience.text("participant_id")
        if not owner_id:
            experience.refuse("participant_id", say("files.reason.missing"))
        elif owner_id not in by_id:
            reason = say("files.join.unknown_participant", id=shown(owner_id))
            experience.refuse("participant_id", reason)
        else:
            owners.append((experience, by_id[owner_id]))
            _add_experience(by_id[owner_id], experience)
    return owners


def _add_experience(participant: Draft, experience: Draft) -> None:
    told = participant.values.get("experiences", ())
    if experience.record and isinstance(told, tuple):
        participant.values["experiences"] = (*told, experience.record)


def _hold_together(owners: list[tuple[Draft, Draft]]) -> None:
    """Hold back who has an experience to mend, and the experiences of who has to be mended."""
    for experience, participant in owners:
        if not experience.is_good and participant.is_good:
            participant.held_back = say("files.join.bad_experience")
    for experience, participant in owners:
        if not participant.is_good and experience.is_good:
            experience.held_back = say("files.join.bad_participant")


def _refuse_unknown_companies(
    offers: list[Draft], companies: list[Draft], known: Container[str]
) -> None:
    good = {each.text("id") for each in companies if each.is_good}
    bad = {each.text("id") for each in companies if not each.is_good}
    for offer in offers:
        company_id = offer.text("company_id")
        if company_id and company_id not in good and company_id not in known:
            which = "bad_company" if company_id in bad else "unknown_company"
            offer.refuse("company_id", say(f"files.join.{which}", id=shown(company_id)))
