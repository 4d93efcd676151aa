"""Text and concepts: a taxonomy of the world of work, and a linker from words to its concepts."""

from skills_taxonomy.activities import Activities
from skills_taxonomy.concepts import Competence, Match, Mention, Occupation, Relation
from skills_taxonomy.linker import Linker
from skills_taxonomy.taxonomy import Taxonomy

__all__ = [
    "Activities",
    "Competence",
    "Linker",
    "Match",
    "Mention",
    "Occupation",
    "Relation",
    "Taxonomy",
]
