"""A folder with the three tables of a taxonomy: sound, and as small as that allows."""

from pathlib import Path

from skills_taxonomy.tables import COLUMNS, SEPARATOR, TABLES

UUID = "00000000-0000-4000-8000-00000000000"
WORDS = {
    name: SEPARATOR.join(
        f"{name} {number}" for number in ("uno", "due", "tre", "sei", "sette", "otto")
    )
    for name in ("facevo", "cucivo", "sartoria", "bottega")
}
ROWS = {
    "competences": [
        f"cucire,cucire,,{WORDS['cucivo']},skill,cross-sector,,skill/{UUID}1,,sewing",
        f"fare-orli,fare gli orli,,{WORDS['facevo']},skill,cross-sector,cucire,"
        f",skill/{UUID}1,hemming",
    ],
    "occupations": [
        f"sarto,sarto,sarta,{WORDS['sartoria']},7531,occupation/{UUID}1,,tailor",
        f"stilista,stilista,stilista,{WORDS['bottega']},2163,occupation/14,,designer",
    ],
    "relations": [
        "sarto,cucire,essential,0.95",
        "sarto,fare-orli,useful,0.50",
        "stilista,cucire,essential,0.60",
    ],
}


def write_tables(folder: Path) -> Path:
    """Write the tables into a folder."""
    for table in TABLES:
        lines = [",".join(COLUMNS[table]), *ROWS[table], ""]
        folder.joinpath(f"{table}.csv").write_text("\n".join(lines), "utf-8")
    return folder
