"""Broken files by name: each written under a folder, with the one error that it must give.

Offers name the company ``C-001``, which the programme should hold (``KNOWN_COMPANIES``).
"""

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

KNOWN_COMPANIES = frozenset({"C-001"})

PARTICIPANT: dict[str, Any] = {
    "id": "P-001",
    "target": "youth",
    "birth_year": 2004,
    "municipality": "Magenta",
}
COMPANY: dict[str, Any] = {
    "id": "C-002",
    "name": "Forno Esempio",
    "sector": "panificio",
    "municipality": "Corbetta",
}
OFFER: dict[str, Any] = {
    "id": "O-001",
    "company_id": "C-001",
    "kind": "internship",
    "title": "Aiuto panettiere",
    "municipality": "Corbetta",
    "seats": 2,
    "start_date": "2027-01-11",
}


@dataclass(frozen=True)
class BrokenFile:
    """A file that must be refused: how to write it, and the row, field and words of its error."""

    name: str
    write: Callable[[Path], Path]
    row: int | None
    field: str | None
    reason: str


BROKEN_FILES: dict[str, BrokenFile] = {}

Writer = Callable[[Path], Path]


def broken(row: int | None, field: str | None, reason: str) -> Callable[[Writer], Writer]:
    """Enter a writer among the broken files, under its own name."""

    def enter(write: Writer) -> Writer:
        name = write.__name__
        BROKEN_FILES[name] = BrokenFile(name, write, row, field, reason)
        return write

    return enter


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def as_csv(folder: Path, *records: dict[str, Any], name: str = "dati.csv") -> Path:
    """A CSV with the columns of the first record; values are written as they are, unquoted."""
    lines = [";".join(records[0])]
    lines += [";".join(str(value) for value in record.values()) for record in records]
    return write(folder, name, "\n".join(lines) + "\n")


def as_jsonl(folder: Path, *records: dict[str, Any] | str) -> Path:
    lines = [each if isinstance(each, str) else json.dumps(each) for each in records]
    return write(folder, "dati.jsonl", "\n".join(lines) + "\n")


def as_xlsx(folder: Path, *records: dict[str, Any], **sheets: list[dict[str, Any]]) -> Path:
    """A workbook with the records on its first sheet, and others on sheets by name."""
    book = Workbook()
    for title, rows in {"dati": records, **sheets}.items():
        sheet = book.create_sheet(title)
        sheet.append(list(rows[0]))
        for record in rows:
            sheet.append(list(record.values()))
    book.remove(book.worksheets[0])
    path = folder / "dati.xlsx"
    book.save(path)
    return path


# Files that cannot be read at all.


@broken(None, None, "non esiste")
def missing_file(folder: Path) -> Path:
    return folder / "non-ci-sono.csv"


@broken(None, None, "non è un file")
def folder_named_as_csv(folder: Path) -> Path:
    path = folder / "cartella.csv"
    path.mkdir()
    return path


@broken(None, None, "è vuoto")
def empty_file(folder: Path) -> Path:
    return write(folder, "vuoto.csv", "")


@broken(None, None, "è vuoto")
def only_a_byte_order_mark(folder: Path) -> Path:
    return write(folder, "vuoto.jsonl", b"\xef\xbb\xbf\r\n")


@broken(None, None, "supera 50 MB")
def too_large(folder: Path) -> Path:
    path = folder / "enorme.csv"
    with path.open("wb") as file:
        file.truncate(50 * 1024 * 1024 + 1)
    return path


@broken(None, None, "formato non previsto")
def word_document(folder: Path) -> Path:
    return write(folder, "offerte.docx", b"PK\x03\x04")


@broken(None, None, "Excel, PDF o compresso")
def workbook_named_csv(folder: Path) -> Path:
    return as_xlsx(folder, PARTICIPANT).rename(folder / "dati.csv")


@broken(None, None, "non è una cartella di lavoro")
def csv_named_xlsx(folder: Path) -> Path:
    return as_csv(folder, PARTICIPANT, name="dati.xlsx")


@broken(None, None, "vecchio formato")
def old_excel_named_xlsx(folder: Path) -> Path:
    return write(folder, "dati.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


@broken(None, None, "password")
def workbook_with_password(folder: Path) -> Path:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    return write(folder, "dati.xlsx", head + "EncryptedPackage".encode("utf-16-le"))


@broken(None, None, "danneggiata")
def truncated_workbook(folder: Path) -> Path:
    path = as_xlsx(folder, PARTICIPANT)
    return write(folder, "dati.xlsx", path.read_bytes()[:-200])


@broken(None, None, "danneggiata")
def workbook_with_a_broken_sheet(folder: Path) -> Path:
    path = as_xlsx(folder, PARTICIPANT)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:300]
    return _zip(folder, parts)


@broken(None, None, "danneggiata")
def zip_that_is_no_workbook(folder: Path) -> Path:
    return _zip(folder, {"leggimi.txt": b"niente"})


@broken(None, None, "danneggiata")
def workbook_of_nested_entities(folder: Path) -> Path:
    """The "billion laughs": a few bytes that unfold without end."""
    path = as_xlsx(folder, PARTICIPANT)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    bomb = f'<!DOCTYPE x [<!ENTITY l0 "ah">{laughs}]>'.encode()
    sheet = parts["xl/worksheets/sheet1.xml"].replace(b"P-001", b"&l9;")
    parts["xl/worksheets/sheet1.xml"] = bomb + sheet
    return _zip(folder, parts)


@broken(None, None, "supera 500 MB")
def zip_bomb(folder: Path) -> Path:
    """A workbook that says it unfolds into more than 500 MB."""
    raw = bytearray(as_xlsx(folder, PARTICIPANT).read_bytes())
    central = raw.rindex(b"PK\x01\x02")
    raw[central + 24 : central + 28] = (501 * 1024 * 1024).to_bytes(4, "little")
    return write(folder, "dati.xlsx", bytes(raw))


@broken(None, None, "danneggiata")
def zip_bomb_that_hides_its_size(folder: Path) -> Path:
    """A workbook with a sheet of 100 MB of blanks, said to be of a hundred bytes."""
    with zipfile.ZipFile(as_xlsx(folder, PARTICIPANT)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/worksheets/sheet1.xml"] += b" " * 100 * 1024 * 1024
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    raw = bytearray(out.getvalue())
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        name = b"xl/worksheets/sheet1.xml"
        start = next(i for i in _places(raw, signature) if name in raw[i : i + 80])
        raw[start + offset : start + offset + 4] = (100).to_bytes(4, "little")
    return write(folder, "dati.xlsx", bytes(raw))


def _places(raw: bytearray, part: bytes) -> list[int]:
    """Where a part begins in bytes."""
    return [found.start() for found in re.finditer(re.escape(part), bytes(raw))]


def _zip(folder: Path, parts: dict[str, bytes]) -> Path:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return write(folder, "dati.xlsx", out.getvalue())


@broken(None, None, "1904")
def workbook_with_mac_dates(folder: Path) -> Path:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.active.append(list(PARTICIPANT))
    book.active.append(list(PARTICIPANT.values()))
    book.save(folder / "dati.xlsx")
    return folder / "dati.xlsx"


@broken(3, None, "non è UTF-8")
def utf8_with_a_broken_byte(folder: Path) -> Path:
    text = "id;target;birth_year;municipality;narrative\nP-1;youth;2004;Magenta;è così\n"
    return write(folder, "dati.csv", text.encode() + b"P-2;youth;2004;Magenta;perch\xe8\n")


@broken(None, None, "non si riconoscono")
def utf16_without_mark(folder: Path) -> Path:
    return write(folder, "dati.csv", "id;target\nP-1;youth\n".encode("utf-16-le"))


@broken(None, None, "non si riconoscono")
def bytes_of_no_encoding(folder: Path) -> Path:
    return write(folder, "dati.csv", b"id;target;municipality\nP-1;youth;\x81\x8d\xe8\n")


# Files whose table cannot be told.


@broken(None, None, "nomi delle colonne")
def no_header(folder: Path) -> Path:
    return write(folder, "dati.csv", "P-001;youth;2004;Magenta\nP-002;youth;2004;Magenta\n")


@broken(None, None, "nomi delle colonne")
def workbook_without_header(folder: Path) -> Path:
    return as_xlsx(folder, {"codice": "P-001", "gruppo": "youth"})


@broken(None, None, "nessuna riga compilata")
def only_a_header(folder: Path) -> Path:
    return write(folder, "dati.csv", ";".join(PARTICIPANT) + "\n\n;;;\n")


@broken(2, None, "partecipanti, aziende o offerte")
def header_of_no_kind(folder: Path) -> Path:
    return write(folder, "dati.csv", "Elenco\nid;municipality;description\nA;Magenta;boh\n")


@broken(1, None, "due volte")
def repeated_column(folder: Path) -> Path:
    return write(folder, "dati.csv", "id;target;Target \nP-001;youth;over_50\n")


@broken(None, "licenses", "forse intendeva «licences»")
def unknown_column(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "licenses": "B"})


@broken(None, "colonna E", "non ha un nome")
def column_without_a_name(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "": "appunto", "transport": "auto"})


@broken(None, "experiences", "una per riga")
def experiences_in_a_cell(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "experiences": "sarta per dodici anni"})


@broken(None, None, "contenuto di questo foglio")
def sheet_of_something_else(folder: Path) -> Path:
    return as_xlsx(folder, PARTICIPANT, appunti=[{"da fare": "telefonare"}])


@broken(3, None, "virgolette")
def quotes_never_closed(folder: Path) -> Path:
    head = "id;target;birth_year;municipality;narrative\nP-1;youth;2004;Magenta;bene\n"
    return write(folder, "dati.csv", head + 'P-2;youth;2004;Magenta;"aperto\ne mai chiuso\n')


@broken(2, None, "virgolette")
def quotes_not_doubled(folder: Path) -> Path:
    return as_csv(folder, {**COMPANY, "name": '"Il "forno" di Ugo"'})


@broken(2, None, "oltre l'ultima intestazione")
def more_cells_than_columns(folder: Path) -> Path:
    text = "id,target,birth_year,municipality,narrative\nP-1,youth,2004,Magenta,cucio, stiro\n"
    return write(folder, "dati.csv", text)


# Cells that cannot be read.


@broken(2, "seats", "non è un numero")
def number_in_letters(folder: Path) -> Path:
    return as_csv(folder, {**OFFER, "seats": "due"})


@broken(2, "seats", "numero intero")
def seats_with_decimals(folder: Path) -> Path:
    return as_csv(folder, {**OFFER, "seats": "2,5"})


@broken(2, "seats", "il minimo è 0")
def negative_seats(folder: Path) -> Path:
    return as_csv(folder, {**OFFER, "seats": "-1"})


@broken(2, "hours_week", "maggiore di 0")
def no_hours_at_all(folder: Path) -> Path:
    return as_csv(folder, {**OFFER, "hours_week": "0"})


@broken(2, "eqf_level", "il massimo è 8")
def level_beyond_the_scale(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "eqf_level": "9"})


@broken(2, "allowance_eur_month", "non è un importo")
def amount_that_may_be_two(folder: Path) -> Path:
    return as_csv(folder, {**OFFER, "allowance_eur_month": "1,200"})


@broken(2, "allowance_eur_month", "non è un importo")
def amount_in_words(folder: Path) -> Path:
    return as_csv(folder, {**OFFER, "allowance_eur_month": "da concordare"})


@broken(2, "start_date", "data che non esiste")
def american_date(folder: Path) -> Path:
    return as_csv(folder, {**OFFER, "start_date": "01/25/2027"})


@broken(2, "start_date", "data che non esiste")
def thirtieth_of_february(folder: Path) -> Path:
    return as_csv(folder, {**OFFER, "start_date": "30 febbraio 2027"})


@broken(2, "start_date", "quattro cifre")
def year_of_two_digits(folder: Path) -> Path:
    return as_csv(folder, {**OFFER, "start_date": "11/01/27"})


@broken(2, "start_date", "il minimo è 01/01/2000")
def date_of_another_century(folder: Path) -> Path:
    return as_csv(folder, {**OFFER, "start_date": "11/01/1927"})


@broken(2, "receives_rdc", "non è sì o no")
def maybe(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "receives_rdc": "forse"})


@broken(2, "target", "forse intendeva «giovane»")
def misspelled_target(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "target": "giovani"})


@broken(2, "limitations", "scriva sollevare pesi")
def limitation_not_in_the_list(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "limitations": "rumore forte, gatti"})


@broken(2, "municipality", "forse intendeva «Magenta»")
def misspelled_municipality(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "municipality": "Magentta"})


@broken(2, "municipality", "non è un comune del territorio")
def municipality_far_away(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "municipality": "Palermo"})


@broken(2, "birth_year", "manca")
def missing_birth_year(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "birth_year": ""})


@broken(2, "id", "manca")
def missing_id(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "id": ""})


@broken(2, "id", "non è un codice valido")
def name_instead_of_a_code(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "id": "Anna M."})


@broken(3, "id", "c'è già (file dati.csv, riga 2)")
def repeated_id(folder: Path) -> Path:
    return as_csv(folder, PARTICIPANT, {**PARTICIPANT, "birth_year": 1980})


@broken(2, "availability", "non è un orario")
def hours_in_words(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "availability": "la mattina"})


@broken(2, "availability", "non è un giorno")
def day_that_does_not_exist(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "availability": "lun-vem 8-12"})


@broken(2, "availability", "non è un'ora")
def hour_that_does_not_exist(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "availability": "lun 8-25"})


@broken(2, "availability", "coincidono")
def hours_without_length(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "availability": "lun 8:00-8.00"})


@broken(2, "languages", "una lingua con il suo livello")
def language_without_level(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "languages": "italiano"})


@broken(2, "narrative", "al massimo 20000 caratteri")
def huge_story(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "narrative": "cucio " * 40_000})


@broken(2, "narrative", "caratteri invisibili")
def null_character(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "narrative": "cu\x00cio"})


@broken(2, "eqf_level", "errore di Excel #N/D")
def excel_error_in_csv(folder: Path) -> Path:
    return as_csv(folder, {**PARTICIPANT, "eqf_level": "#N/D"})


@broken(2, "ateco", "non è un codice ATECO")
def ateco_in_words(folder: Path) -> Path:
    return as_csv(folder, {**COMPANY, "ateco": "pane"})


@broken(2, "company_id", "nessuna azienda ha il codice «C-404»")
def unknown_company(folder: Path) -> Path:
    return as_csv(folder, {**OFFER, "company_id": "C-404"})


@broken(2, None, "età minima")
def ages_reversed(folder: Path) -> Path:
    return as_csv(folder, {**OFFER, "min_age": 50, "max_age": 20})


@broken(2, "participant_id", "nessuna persona ha il codice «P-404»")
def experience_of_nobody(folder: Path) -> Path:
    return as_csv(folder, {"participant_id": "P-404", "kind": "lavoro", "years": 3})


# Cells of workbooks.


@broken(2, "seats", "la cella F2 contiene una formula")
def formula(folder: Path) -> Path:
    return as_xlsx(folder, {**OFFER, "seats": "=1+1"})


@broken(2, "birth_year", "errore di Excel #N/A")
def error_cell(folder: Path) -> Path:
    return as_xlsx(folder, {**PARTICIPANT, "birth_year": "#N/A"})


@broken(2, "seats", "numero intero")
def decimals_in_a_cell(folder: Path) -> Path:
    return as_xlsx(folder, {**OFFER, "seats": 2.5})


@broken(2, "birth_year", "non è un numero")
def date_in_a_number(folder: Path) -> Path:
    return as_xlsx(folder, {**PARTICIPANT, "birth_year": date(2004, 5, 1)})


@broken(2, "narrative", "contiene una data")
def date_in_a_text(folder: Path) -> Path:
    return as_xlsx(folder, {**PARTICIPANT, "narrative": date(2004, 5, 1)})


@broken(2, "narrative", "vero/falso")
def boolean_in_a_text(folder: Path) -> Path:
    return as_xlsx(folder, {**PARTICIPANT, "narrative": True})


@broken(2, "ateco", "imposti il formato «Testo»")
def ateco_that_lost_a_zero(folder: Path) -> Path:
    return as_xlsx(folder, {**COMPANY, "ateco": 16.1})


@broken(2, "start_date", "anche un'ora")
def date_with_an_hour(folder: Path) -> Path:
    return as_xlsx(folder, {**OFFER, "start_date": datetime(2027, 1, 11, 9, 30)})  # noqa: DTZ001 - Excel has no zones


@broken(2, "start_date", "non è una data")
def number_that_is_no_date(folder: Path) -> Path:
    return as_xlsx(folder, {**OFFER, "start_date": 2027})


@broken(2, "kind", "forse intendeva «volontariato»")
def experience_of_no_kind(folder: Path) -> Path:
    told = {"participant_id": "P-001", "kind": "volontario", "title": "mensa"}
    return as_xlsx(folder, PARTICIPANT, esperienze=[told])


# JSON.


@broken(2, None, "incompleto o scritto male")
def truncated_line(folder: Path) -> Path:
    return as_jsonl(folder, PARTICIPANT, '{"id": "P-002", "target": "yo')


@broken(2, None, "un oggetto JSON")
def line_that_is_no_object(folder: Path) -> Path:
    return as_jsonl(folder, PARTICIPANT, '["P-002", "youth"]')


@broken(1, None, "NaN")
def not_a_number(folder: Path) -> Path:
    return as_jsonl(folder, {**PARTICIPANT, "max_hours_week": float("nan")})


@broken(1, None, "Infinity")
def number_beyond_floats(folder: Path) -> Path:
    return as_jsonl(folder, json.dumps(PARTICIPANT)[:-1] + ', "max_hours_week": 1e999}')


@broken(1, None, "troppe cifre")
def number_of_thousands_of_digits(folder: Path) -> Path:
    return as_jsonl(folder, json.dumps(PARTICIPANT)[:-1] + f', "eqf_level": {"9" * 5000}}}')


@broken(1, None, "due volte")
def repeated_key(folder: Path) -> Path:
    return as_jsonl(folder, json.dumps(PARTICIPANT)[:-1] + ', "target": "over_50"}')


@broken(1, None, "annidato")
def nested_too_deep(folder: Path) -> Path:
    deep = "[" * 100_000 + "]" * 100_000
    return as_jsonl(folder, json.dumps(PARTICIPANT)[:-1] + f', "avoid": {deep}}}')


@broken(1, "birth_year", "numero intero, senza virgolette")
def number_in_quotes(folder: Path) -> Path:
    return as_jsonl(folder, {**PARTICIPANT, "birth_year": "2004"})


@broken(1, "id", "un testo tra virgolette")
def number_instead_of_a_text(folder: Path) -> Path:
    return as_jsonl(folder, {**PARTICIPANT, "id": 7})


@broken(1, "receives_rdc", "true o false")
def word_instead_of_true(folder: Path) -> Path:
    return as_jsonl(folder, {**PARTICIPANT, "receives_rdc": "sì"})


@broken(1, "licences", "un elenco")
def text_instead_of_a_list(folder: Path) -> Path:
    return as_jsonl(folder, {**PARTICIPANT, "licences": "B"})


@broken(1, "licences[1]", "non può essere vuoto")
def empty_item(folder: Path) -> Path:
    return as_jsonl(folder, {**PARTICIPANT, "licences": ["B", ""]})


@broken(1, "transport", "al massimo 4 voci")
def list_too_long(folder: Path) -> Path:
    return as_jsonl(folder, {**PARTICIPANT, "transport": ["car"] * 5})


@broken(1, "availability[0].days", "non può essere vuoto")
def hours_of_no_day(folder: Path) -> Path:
    hours = {"days": [], "from": "08:00", "to": "12:00"}
    return as_jsonl(folder, {**PARTICIPANT, "availability": [hours]})


@broken(1, "languages[0].code", "due lettere minuscole")
def language_by_name(folder: Path) -> Path:
    return as_jsonl(folder, {**PARTICIPANT, "languages": [{"code": "ita", "level": "C2"}]})


@broken(1, "experiences[1].kind", "forse intendeva «work»")
def experience_kind_in_json(folder: Path) -> Path:
    told = [{"kind": "care"}, {"kind": "works"}]
    return as_jsonl(folder, {**PARTICIPANT, "experiences": told})


@broken(1, "experiences[0]", "un oggetto tra parentesi graffe")
def experience_that_is_a_text(folder: Path) -> Path:
    return as_jsonl(folder, {**PARTICIPANT, "experiences": ["sarta"]})


@broken(1, "birth_yaer", "forse intendeva «birth_year»")
def unknown_field(folder: Path) -> Path:
    return as_jsonl(folder, {**PARTICIPANT, "birth_yaer": 2004})


@broken(1, None, "partecipanti, aziende o offerte")
def object_of_no_kind(folder: Path) -> Path:
    return as_jsonl(folder, {"id": "X-1", "municipality": "Magenta"})


@broken(1, "start_date", "anno-mese-giorno")
def italian_date_in_json(folder: Path) -> Path:
    return as_jsonl(folder, {**OFFER, "start_date": "11/01/2027"})


@broken(1, "start_date", "non è una data")
def seconds_instead_of_a_date(folder: Path) -> Path:
    return as_jsonl(folder, {**OFFER, "start_date": "1799971200"})


@broken(1, "narrative", "caratteri danneggiati")
def half_a_character(folder: Path) -> Path:
    return as_jsonl(folder, json.dumps(PARTICIPANT)[:-1] + ', "narrative": "\\ud83d"}')


@broken(3, None, "finché non è corretto")
def truncated_array(folder: Path) -> Path:
    text = json.dumps(PARTICIPANT)
    return write(folder, "dati.json", f"[\n{text},\n{text[:30]}")


@broken(1, None, "estensione .json")
def array_named_jsonl(folder: Path) -> Path:
    return write(folder, "dati.jsonl", json.dumps([PARTICIPANT], indent=1))


@broken(1, None, "un oggetto intero per riga")
def truncated_object_of_many_lines(folder: Path) -> Path:
    return write(folder, "dati.json", json.dumps(PARTICIPANT, indent=1)[:-8])
