"""The look of a document: A4, Italian, accessible tables, a footer with page numbers."""

import io
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import cast

import docx
from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Length, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

_LANGUAGE = "it-IT"
_FONT = "Calibri"
_INK = RGBColor(0x17, 0x32, 0x4D)
_SHADES = {
    "header": "DCE6F0",
    "label": "F3F6F9",
    "blank": "FFFDF0",
    "stop": "FBE9E7",
    "go": "EDF4EE",
}
_RULE = "9AA9B8"
# Style → its size in points, and whether it is a heading.
_STYLES = {
    "Normal": (11, False),
    "Footer": (9, False),
    "Title": (24, True),
    "Subtitle": (13, True),
    "Heading 1": (14, True),
    "Heading 2": (12, True),
}
_MARGIN = Cm(2)
_ROW = Cm(0.75)

# What XML cannot hold: control characters, and two code points that are no characters.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def new_document(title: str, footer: tuple[str, str], on: date) -> Document:
    """An empty A4 page in Italian; ``footer`` stands before the page number and the count."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = (
        _MARGIN
    )
    _set_styles(document)
    properties = document.core_properties
    properties.title, properties.language = title, _LANGUAGE
    properties.author = properties.comments = properties.last_modified_by = ""
    properties.created = properties.modified = datetime(on.year, on.month, on.day)  # noqa: DTZ001
    _number_pages(section.footer.paragraphs[0], *footer)
    return document


def written(text: str) -> str:
    """The text without what a document cannot hold."""
    return _UNWRITABLE.sub("", text)


def saved(document: Document) -> bytes:
    """The bytes of a document."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def add_table(
    document: Document, caption: str, heads: Sequence[str], widths: Sequence[float]
) -> Table:
    """A table with a header row, repeated on each page, and a caption for screen readers.

    ``widths`` are in centimetres, a column each.
    """
    table: Table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    table.autofit = False
    _describe(table, caption)
    for column, cell, head, width in zip(
        table.columns, table.rows[0].cells, heads, widths, strict=True
    ):
        column.width = cell.width = Cm(width)
        _shade(cell, "header")
        write(cell, head, bold=True, keep=True)
    _mark_row(table, "w:tblHeader")
    _mark_row(table, "w:cantSplit")
    return table


def add_row(
    table: Table, texts: Sequence[str], *, height: Length = _ROW, keep: bool = False
) -> None:
    """A row: the first cell names it; an empty cell is one to fill in by hand.

    ``keep``: on the same page as the next row.
    """
    row = table.add_row()
    row.height, row.height_rule = height, WD_ROW_HEIGHT_RULE.AT_LEAST
    _mark_row(table, "w:cantSplit")
    for index, (cell, head, text) in enumerate(
        zip(row.cells, table.rows[0].cells, texts, strict=True)
    ):
        cell.width = head.width
        if index == 0:
            _shade(cell, "label")
        elif not text:
            _shade(cell, "blank")
        write(cell, text, bold=index == 0, keep=keep)


def write(cell: _Cell, text: str, *, bold: bool = False, keep: bool = False) -> None:
    """Write a cell, a paragraph a line; ``keep``: on the same page as the row below."""
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for index, line in enumerate(written(text).splitlines() or [""]):
        paragraph = cell.paragraphs[0] if index == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.paragraph_format.keep_with_next = keep
        paragraph.add_run(line).bold = bold


def add_box(document: Document, title: str, lines: Sequence[str], *, stop: bool) -> None:
    """A framed notice; ``stop`` when it says that something may not be done."""
    for index, text in enumerate((title, *lines)):
        paragraph = document.add_paragraph()
        paragraph.add_run(written(text)).bold = index == 0
        shape = paragraph.paragraph_format
        shape.keep_with_next = index < len(lines)
        shape.left_indent = shape.right_indent = Cm(0.2)
        shape.space_after = Pt(0)
        _frame(paragraph, _SHADES["stop" if stop else "go"])


def _set_styles(document: Document) -> None:
    for name, (size, is_heading) in _STYLES.items():
        style = cast(ParagraphStyle, document.styles[name])
        style.font.name, style.font.size, style.font.italic = _FONT, Pt(size), False
        style.paragraph_format.keep_with_next = is_heading
        if is_heading:
            style.font.color.rgb = _INK
        letters = style.element.get_or_add_rPr()
        for spacing in letters.findall(qn("w:spacing")):
            letters.remove(spacing)
        fonts = letters.get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
    document.styles["Normal"].paragraph_format.space_after = Pt(4)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LANGUAGE)


def _describe(table: Table, caption: str) -> None:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    borders = _element("w:tblBorders", *(_line(side, size=4) for side in sides))
    margins = _element(
        "w:tblCellMar", *(_element(f"w:{s}", w="50", type="dxa") for s in ("top", "bottom"))
    )
    properties = table._tbl.tblPr
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblLook")
    properties.insert_element_before(margins, "w:tblLook")
    properties.append(_element("w:tblCaption", val=caption))


def _mark_row(table: Table, mark: str) -> None:
    table.rows[-1]._tr.get_or_add_trPr().append(_element(mark))


def _shade(cell: _Cell, shade: str) -> None:
    cell._tc.get_or_add_tcPr().append(_shading(_SHADES[shade]))


def _shading(fill: str) -> BaseOxmlElement:
    return _element("w:shd", val="clear", color="auto", fill=fill)


def _line(side: str, *, size: int, space: int = 0) -> BaseOxmlElement:
    return _element(f"w:{side}", val="single", sz=f"{size}", space=f"{space}", color=_RULE)


def _element(tag: str, *children: BaseOxmlElement, **attributes: str) -> BaseOxmlElement:
    """An element of WordprocessingML, its attributes in the same namespace."""
    element: BaseOxmlElement = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    element.extend(children)
    return element


def _frame(paragraph: Paragraph, fill: str) -> None:
    sides = ("top", "left", "bottom", "right")
    borders = _element("w:pBdr", *(_line(side, size=8, space=6) for side in sides))
    after = ("w:tabs", "w:spacing", "w:ind", "w:jc")
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, "w:shd", *after)
    properties.insert_element_before(_shading(fill), *after)


def _number_pages(paragraph: Paragraph, before: str, between: str) -> None:
    for text, field in ((before, "PAGE"), (between, "NUMPAGES")):
        paragraph.add_run(written(text))
        paragraph._p.append(_element("w:fldSimple", instr=field))
