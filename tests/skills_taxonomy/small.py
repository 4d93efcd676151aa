"""A taxonomy small enough to know by heart, and builders of its concepts."""

from typing import Any

from skills_taxonomy import Competence, Occupation, Relation, Taxonomy


def a_competence(uri: str, **changes: Any) -> Competence:
    """A competence whose label is its URI."""
    fields: dict[str, Any] = {
        "uri": uri,
        "label": uri,
        "label_feminine": uri,
        "other_labels": (),
        "label_en": "",
        "esco_exact": (),
        "esco_close": (),
        "kind": "skill",
        "reuse_level": "transversal",
        "broader": (),
    }
    return Competence(**fields | changes)


def an_occupation(uri: str, **changes: Any) -> Occupation:
    """An occupation whose title is its URI."""
    fields: dict[str, Any] = {
        "uri": uri,
        "label": uri,
        "label_feminine": uri,
        "other_labels": (),
        "label_en": "",
        "esco_exact": (),
        "esco_close": (),
        "isco": "7222",
    }
    return Occupation(**fields | changes)


def a_taxonomy(**changes: Any) -> Taxonomy:
    """Metalwork with a lathe and a mill below it, and two trades.

    A turner (7223) learns the lathe almost surely; a baker (7512) has nothing to do with it.
    """
    fields: dict[str, Any] = {
        "name": "small",
        "competences": [
            a_competence("metalli", label="lavorare i metalli"),
            a_competence("tornio", label="usare il tornio", broader=("metalli",)),
            a_competence("fresa", label="usare la fresatrice", broader=("metalli",)),
            a_competence("pane", label="impastare il pane"),
        ],
        "occupations": [
            an_occupation("tornitore", label="tornitore", label_feminine="tornitrice", isco="7223"),
            an_occupation("panettiere", label="panettiere", isco="7512"),
        ],
        "relations": [
            Relation("tornitore", "tornio", "essential", 0.9),
            Relation("tornitore", "fresa", "useful", 0.4),
            Relation("panettiere", "pane", "essential", 0.8),
        ],
    }
    return Taxonomy(**fields | changes)
