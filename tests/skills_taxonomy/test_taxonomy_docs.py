"""``docs/taxonomy.md`` does what it says: its rows are sound, its ids exist."""

import re
from pathlib import Path

import pytest

from skills_taxonomy import Linker, Taxonomy
from skills_taxonomy.builtin import COMPETENCE, FOLDER, OCCUPATION
from skills_taxonomy.soundness import check
from skills_taxonomy.tables import COLUMNS, TABLES, TableName, file_of

DOCUMENT = Path(__file__).parents[2].joinpath("docs", "taxonomy.md").read_text("utf-8")


def rows_of_the_document(table: TableName) -> list[str]:
    [block] = re.findall(rf"```csv {table}\n(.*?)```", DOCUMENT, re.DOTALL)
    return str(block).splitlines()


def test_the_competence_and_the_trade_of_the_document_are_sound(tmp_path: Path) -> None:
    for table in TABLES:
        header, *rows = FOLDER.joinpath(file_of(table)).read_text("utf-8").splitlines()
        grown = [*rows, *rows_of_the_document(table)]
        # As the document asks: each in its place, by id.
        grown.sort(key=lambda row: tuple(row.split(",")[:2]))
        tmp_path.joinpath(file_of(table)).write_text("\n".join([header, *grown, ""]), "utf-8")
    checked = check(tmp_path)
    assert checked.faults == ()
    assert checked.counts["occupations"] == len(Taxonomy.builtin().occupations) + 1


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_explained(table: TableName) -> None:
    explained = DOCUMENT.partition("## Columns")[2].partition("## How labels")[0]
    assert [column for column in COLUMNS[table] if f"`{column}`" not in explained] == []


def test_every_id_of_life_outside_work_exists() -> None:
    named = re.findall(r"`([a-z-]+)`", DOCUMENT.partition("## Life outside work")[2])
    taxonomy = Taxonomy.builtin()
    assert len(named) > 80
    assert [
        i for i in named if COMPETENCE + i not in taxonomy and OCCUPATION + i not in taxonomy
    ] == []


def test_what_the_document_says_of_packing_is_so() -> None:
    taxonomy = Taxonomy.builtin()
    [exact] = taxonomy.competence(f"{COMPETENCE}imballare-merci").esco_exact
    assert exact in taxonomy.competence(f"{COMPETENCE}confezionare-prodotti").esco_close


def test_the_words_it_calls_one_are_one() -> None:
    linker = Linker(Taxonomy.builtin(), encoder=None)
    assert linker.search("stiravo")[0].uri == linker.search("stirare")[0].uri
