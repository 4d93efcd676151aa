"""What mentions are fitted on: stories, sentences, and what is right for their stretches."""

import re
from dataclasses import dataclass, replace

import numpy as np

from skills_taxonomy.evaluation import Gold, Story, with_parents
from skills_taxonomy.linker import Linker
from skills_taxonomy.mentions import Span
from skills_taxonomy.naming import Candidates
from skills_taxonomy.training.examples import sentences_without, stories
from skills_taxonomy.training.fitting import Flags

_SENTENCE = re.compile(r"[^.!?]+[.!?]*")


@dataclass(frozen=True, slots=True)
class Told:
    """A story, what was found in it, and which competences are right for each stretch.

    ``of_gold``: it is one of the gold files'. What shares a ``group`` is never learned from when
    the rest of it is asked.
    """

    story: Story
    found: Candidates
    right: Flags
    of_gold: bool
    group: int


def judged(linker: Linker, story: Story, group: int, *, of_gold: bool) -> Told:
    """A story with its stretches."""
    found = linker.candidates(story.text)
    concepts = linker.index("competence").concepts
    right = np.zeros((len(found.spans), len(concepts)), bool)
    for marked in story.marked:
        accepted = with_parents(marked.accepted, linker.taxonomy)
        column = np.array([concept.uri in accepted for concept in concepts])
        for row, span in enumerate(found.spans):
            if _overlap(span, marked.start, marked.end):
                right[row] |= column
    return Told(story, found, right, of_gold, group)


def _overlap(span: Span, start: int, end: int) -> bool:
    return span.start < end and start < span.end


def lessons(linker: Linker, gold: Gold) -> list[Told]:
    """All that mentions are fitted on.

    Sentences that name something stand alone too, else what is short would seem to name nothing.
    """
    own = [[story, *alone(story)] for story in stories()]
    without = [Story(sentence, ()) for _, sentence in sentences_without()]
    of_gold = [[story] for story in [*gold.stories, *(Story(text, ()) for text in gold.empty)]]
    return [
        judged(linker, story, group, of_gold=is_gold)
        for groups, is_gold in ((of_gold, True), ([*own, *([one] for one in without)], False))
        for group, told in enumerate(groups)
        for story in told
    ]


def alone(story: Story) -> list[Story]:
    """The sentences of a story that name something, each as a story."""
    found = [sentence.span() for sentence in _SENTENCE.finditer(story.text)]
    inside = [
        (start, end, [m for m in story.marked if start <= m.start and m.end <= end])
        for start, end in found
    ]
    return [
        Story(
            story.text[start:end],
            tuple(replace(m, start=m.start - start, end=m.end - start) for m in marked),
        )
        for start, end, marked in inside
        if marked
    ]
