"""The 49 municipalities of the programme, and the names people write for them.

`comuni.csv`: ISTAT codes (ISTAT vocabulary, CC BY 3.0 IT), coordinates (GeoNames, CC BY 4.0),
stations (public station list, August 2026: a station just outside the border counts as the
municipality's own).
"""

import csv
import difflib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality: WGS84 degrees, and the railway line of its station if it has one."""

    istat_code: str
    name: str
    sub_area: str
    lat: float
    lon: float
    has_train_station: bool
    train_line: str


class UnknownMunicipalityError(LookupError):
    """A name outside the territory; ``suggestion`` is the nearest name, or empty."""

    def __init__(self, suggestion: str) -> None:
        super().__init__(suggestion)
        self.suggestion = suggestion


# Spellings of the programme's own form, and of everyday use, that are not ISTAT's.
_ALIASES = {
    "osona": "Ossona",
    "ozero": "Ozzero",
    "calvagnisco": "Calvignasco",
    "robecchetto c i": "Robecchetto con Induno",
    "robecchetto c induno": "Robecchetto con Induno",
    "robecchetto": "Robecchetto con Induno",
    "s stefano ticino": "Santo Stefano Ticino",
    "boffalora": "Boffalora sopra Ticino",
    "boffalora ticino": "Boffalora sopra Ticino",
    "s giorgio su legnano": "San Giorgio su Legnano",
    "s vittore olona": "San Vittore Olona",
    "marcallo": "Marcallo con Casone",
    "vermezzo": "Vermezzo con Zelo",
    "zelo surrigone": "Vermezzo con Zelo",
    "cassinetta": "Cassinetta di Lugagnano",
    "bernate": "Bernate Ticino",
    "robecco": "Robecco sul Naviglio",
}


def _key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


@cache
def municipalities() -> dict[str, Municipality]:
    """Every municipality, by ISTAT name, in the order of the file."""
    text = resources.files("matching.territory").joinpath("comuni.csv").read_text("utf-8")
    return {
        row["name"]: Municipality(
            row["istat_code"], row["name"], row["sub_area"], float(row["lat"]), float(row["lon"]),
            row["has_train_station"] == "true", row["train_line"],
        )
        for row in csv.DictReader(text.splitlines())
    }  # fmt: skip


@cache
def _by_key() -> dict[str, Municipality]:
    named = {_key(name): place for name, place in municipalities().items()}
    return named | {alias: municipalities()[name] for alias, name in _ALIASES.items()}


def municipality(name: str) -> Municipality:
    """The municipality of a name, however it is written (case, accents, known misspellings).

    Raises:
        UnknownMunicipalityError: If the territory has no such municipality.
    """
    found = _by_key().get(_key(name))
    if found is None:
        near = difflib.get_close_matches(_key(name), _by_key(), n=1, cutoff=0.75)
        raise UnknownMunicipalityError(_by_key()[near[0]].name if near else "")
    return found
