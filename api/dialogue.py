"""An interview in the terminal, or on a pipe: a question, a line in reply, until somebody stops."""

import sys
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from rich.console import Console

from api.terminal import print_question
from matching.interview import Interview, Reply
from matching.messages import say

Wish = Reply | Literal["undo", "stop"]

# What people type; the first of each is what the help shows.
_WORDS: dict[Wish, tuple[str, ...]] = {
    "yes": ("s", "sì", "si", "y", "yes"),
    "example": ("e", "esempio"),
    "no": ("n", "no"),
    "unsure": ("p", "poco", "non so", "forse", "?"),
    "skip": ("", "salta"),
    "undo": ("i", "indietro", "annulla"),
    "stop": ("f", "fine", "basta"),
}
_WISHES: dict[str, Wish] = {word: wish for wish, words in _WORDS.items() for word in words}


def hold(interview: Interview, console: Console, *, most: int, now: Callable[[], datetime]) -> None:
    """Ask until there is nothing left to ask, ``most`` were answered, or the person stops.

    Args:
        interview: Keeps each answer as it is given.
        console: Where the questions go.
        most: How many questions at most, those passed over not counted.
        now: The moment of an answer.
    """
    console.print(say("cli.interview.how"), soft_wrap=True)
    while _answered(interview) < most and (question := interview.next_question()):
        print_question(question, _answered(interview) + 1, console)
        wish = _heard(console)
        if wish == "stop":
            return
        if wish == "undo":
            taken_back = interview.undo(at=now())
            key = "undone" if taken_back else "nothing_to_undo"
            console.print(say(f"cli.interview.{key}"), soft_wrap=True)
        else:
            interview.reply(question, wish, at=now())


def _answered(interview: Interview) -> int:
    return sum(reply != "skip" for _, reply in interview.given)


def _heard(console: Console) -> Wish:
    """What is typed, asked again until it is understood; the end of input stops."""
    while True:
        console.print(say("cli.interview.prompt"), end=" ")
        try:
            line = sys.stdin.readline()
        except KeyboardInterrupt:
            line = ""
        if not line:
            console.print()
            return "stop"
        if wish := _WISHES.get(line.strip().casefold().rstrip(".!")):
            return wish
        console.print(say("cli.interview.not_understood"), soft_wrap=True)
