"""Whatever is in a file, reading it gives errors and records, never an exception."""

import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from matching.files import read_files
from matching.files.tables import CSV_SUFFIXES, JSON_SUFFIXES
from tests.broken_files import OFFER, PARTICIPANT, as_csv, as_jsonl, as_xlsx

FULL = PARTICIPANT | {
    "availability": "lun-ven 8-12; sab 9:00-12:00",
    "languages": "it C2; en B1",
    "max_hours_week": "20,5",
    "receives_rdc": "sì",
    "narrative": "È così",
}


def damaged(raw: bytes, chance: random.Random) -> bytes:
    """The bytes with a few changed, a piece cut out and another repeated."""
    out = bytearray(raw)
    for _ in range(chance.randint(0, 8)):
        out[chance.randrange(len(out))] = chance.randrange(256)
    cut, again = sorted(chance.randrange(len(out)) for _ in range(2))
    return bytes(out[:cut] + out[chance.randint(cut, again) :] + out[cut:again])


def damage_file(path: Path, chance: random.Random) -> None:
    path.write_bytes(damaged(path.read_bytes(), chance))


def damage_a_part(path: Path, chance: random.Random) -> None:
    """Damage the XML inside a workbook, where no checksum would tell."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(["xl/worksheets/sheet1.xml"] * 3 + list(parts))
    parts[name] = damaged(parts[name], chance)
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("write", "damage"),
    [
        pytest.param(lambda folder: as_csv(folder, FULL, FULL), damage_file, id="csv"),
        pytest.param(lambda folder: as_jsonl(folder, PARTICIPANT, OFFER), damage_file, id="jsonl"),
        pytest.param(lambda folder: as_xlsx(folder, FULL), damage_file, id="xlsx"),
        pytest.param(lambda folder: as_xlsx(folder, FULL), damage_a_part, id="xlsx part"),
    ],
)
def test_damaged_bytes_never_raise(
    write: Callable[[Path], Path],
    damage: Callable[[Path, random.Random], None],
    seed: int,
    tmp_path: Path,
) -> None:
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    refused = 0
    for _ in range(40):
        path = write(tmp_path)
        damage(path, chance)
        contents = read_files([path])
        assert all(len(str(error).splitlines()) == 1 for error in contents.errors)
        assert contents.errors or contents.participants
        refused += bool(contents.errors)
    assert refused > 10


@given(raw=st.binary() | st.text().map(str.encode))
@settings(deadline=None)
@pytest.mark.parametrize("suffix", sorted(CSV_SUFFIXES | JSON_SUFFIXES | {".xlsx", ".boh"}))
def test_any_bytes_are_refused(
    suffix: str, raw: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / f"dati{suffix}"
    path.write_bytes(raw)
    contents = read_files([path])
    assert contents.errors
    assert (contents.participants, contents.companies, contents.offers) == ((), (), ())


@pytest.mark.parametrize("value", [10**400, -(10**400), 1e308])
@pytest.mark.parametrize("name", ["id", "seats", "hours_week", "start_date", "allowance_eur_month"])
def test_numbers_of_any_size_are_refused(name: str, value: float, tmp_path: Path) -> None:
    path = as_xlsx(tmp_path, {**OFFER, name: 42.0})
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    assert b"<v>42</v>" in parts[sheet]
    parts[sheet] = parts[sheet].replace(b"<v>42</v>", f"<v>{value}</v>".encode())
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    errors = read_files([path], known_companies={"C-001"}).errors
    assert [error.field for error in errors] == [name]
