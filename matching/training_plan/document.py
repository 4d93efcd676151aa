"""The draft of a training project as a Word document, to complete, sign and keep."""

from pathlib import Path

from docx.document import Document
from docx.shared import Cm
from docx.text.paragraph import Paragraph

from matching.errors import FileError
from matching.files.contents import printable_name
from matching.files.writing import write_new
from matching.messages import join_words, say
from matching.training_plan.fields import Field
from matching.training_plan.layout import add_box, add_row, add_table, new_document, saved, written
from matching.training_plan.plan import TrainingPlan

_TWO_COLUMNS = (6.0, 11.0)
_SIGNATURE = Cm(1.3)
# Fields whose blank cell lists what may be chosen, as the law names it.
_CHOICES = frozenset({"participant.category", "agreement.legal_form"})


def write_training_plan(plan: TrainingPlan, path: Path) -> None:
    """Write the document; never over a file that is there, which may be filled in already.

    Raises:
        FileError: If the name is not one of a ``.docx``, the file is there, or cannot be written.
    """
    if path.suffix.lower() != ".docx":
        raise FileError(say("training_plan.format", file=printable_name(path)))
    write_new(path, training_plan_bytes(plan))


def training_plan_bytes(plan: TrainingPlan) -> bytes:
    """The document as the bytes of a ``.docx``."""
    return saved(document_of(plan))


def document_of(plan: TrainingPlan) -> Document:
    """The whole document, in the order in which it is read."""
    ids = {"participant": plan.participant_id, "offer": plan.offer_id, "on": f"{plan.on:%d/%m/%Y}"}
    footer = say("training_plan.footer", **ids), say("training_plan.footer_of")
    document = new_document(say("training_plan.title"), footer, plan.on)
    document.add_paragraph(say("training_plan.title"), "Title")
    document.add_paragraph(written(_subject(plan)), "Subtitle")
    document.add_paragraph(say("training_plan.drafted", **ids))
    _add_state(document, plan)
    for number, name in enumerate(plan.sections, 1):
        _heading(document, name, f"{number}. ")
        _add_fields(document, plan, name)
        if name == "training":
            _add_training(document, plan)
    _heading(document, "signatures", f"{len(plan.sections) + 1}. ")
    _add_signatures(document, plan)
    _add_reminder(document, plan)
    return document


def _subject(plan: TrainingPlan) -> str:
    return say(
        "training_plan.subject",
        title=plan.field("training.title").text,
        company=plan.field("host.name").text,
        municipality=plan.field("host.workplace").text,
    )


def _heading(document: Document, name: str, number: str = "", level: int = 1) -> Paragraph:
    heading: Paragraph = document.add_heading(
        f"{number}{say(f'training_plan.section.{name}')}", level
    )
    return heading


def _add_state(document: Document, plan: TrainingPlan) -> None:
    status = plan.eligibility.status
    forbids = [
        say("training_plan.notice.gate", reason=c.reason, source=c.source, rule=c.rule)
        for c in plan.eligibility.checks
        if c.status == "not_met"
    ]
    lines = [say(f"training_plan.notice.{status}"), *(f"✗ {line}" for line in forbids)]
    add_box(document, say(f"training_plan.state.{status}"), lines, stop=not plan.can_start)


def _add_fields(document: Document, plan: TrainingPlan, name: str) -> None:
    caption = say(f"training_plan.section.{name}")
    heads = [say("training_plan.column.field"), say("training_plan.column.content")]
    table = add_table(document, caption, heads, _TWO_COLUMNS)
    for field in plan.sections[name]:
        add_row(table, (field.label, _content(field)), keep=field is not plan.sections[name][-1])


def _content(field: Field) -> str:
    if field.value is None and field.path in _CHOICES:
        options = say(f"training_plan.options.{field.path}").strip().splitlines()
        return "\n".join(f"☐ {option}" for option in options)
    return field.text


def _add_training(document: Document, plan: TrainingPlan) -> None:
    _heading(document, "activities", level=2)
    if plan.field("training.tasks").value is not None:
        _bullet(document, say("training_plan.activity.tasks"))
    for activity in plan.activities:
        _bullet(document, activity)
    _heading(document, "objectives", level=2)
    lead = "lead" if plan.acquire else "none"
    document.add_paragraph(say(f"training_plan.objective.{lead}"))
    for competence in plan.acquire:
        _bullet(document, competence.objective)
    if plan.acquire:
        _add_competences(document, plan)
    if plan.brings:
        _add_brings(document, plan)


def _add_competences(document: Document, plan: TrainingPlan) -> None:
    _heading(document, "competences", level=2)
    heads = [say(f"training_plan.column.{name}") for name in ("competence", "asked", "aim", "eqf")]
    caption = say("training_plan.section.competences")
    table = add_table(document, caption, heads, (5.0, 5.5, 4.0, 2.5))
    for competence in plan.acquire:
        words = join_words([f"«{line}»" for line in competence.asked])
        need = "required" if competence.required else "preferred"
        asked = say(f"training_plan.asked.{need}", words=words)
        add_row(table, (competence.label, asked, say(f"training_plan.aim.{competence.aim}"), ""))


def _add_brings(document: Document, plan: TrainingPlan) -> None:
    _heading(document, "brings", level=2)
    document.add_paragraph(say("training_plan.brings.lead"))
    for brought in plan.brings:
        key = "confirmed" if brought.confirmed else "proposed"
        _bullet(document, say(f"training_plan.brings.{key}", label=brought.label))


def _add_signatures(document: Document, plan: TrainingPlan) -> None:
    heads = [say(f"training_plan.column.{n}") for n in ("signatory", "name", "day", "signature")]
    caption = say("training_plan.section.signatures")
    table = add_table(document, caption, heads, (4.5, 4.5, 2.5, 5.5))
    for signatory in plan.signatories:
        name = say(f"training_plan.signatory.{signatory}")
        keep = signatory != plan.signatories[-1]
        add_row(table, (name, "", "", ""), height=_SIGNATURE, keep=keep)


def _add_reminder(document: Document, plan: TrainingPlan) -> None:
    _heading(document, "reminder").paragraph_format.page_break_before = True
    document.add_paragraph(say("training_plan.reminder.lead"))
    _heading(document, "missing", level=2)
    document.add_paragraph(say("training_plan.reminder.missing_lead"))
    heads = [say("training_plan.column.where"), say("training_plan.column.what")]
    table = add_table(document, say("training_plan.section.missing"), heads, _TWO_COLUMNS)
    for field in plan.missing:
        add_row(table, (say(f"training_plan.section.{field.section}"), field.label))
    _heading(document, "to_settle", level=2)
    for line in plan.to_settle or (say("training_plan.reminder.nothing_to_settle"),):
        _bullet(document, line)


def _bullet(document: Document, text: str) -> None:
    document.add_paragraph(written(text), "List Bullet")
