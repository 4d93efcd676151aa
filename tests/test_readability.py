"""The measure of readability on texts counted by hand."""

import pytest

from tests.readability import gulpease, sentences, words


def test_by_hand() -> None:
    """Two sentences, six words, 24 letters: 89 + (600 − 240) / 6."""
    text = "Decide Lei. Può dire di no!"
    assert (len(sentences(text)), words(text)) == (2, ["Decide", "Lei", "Può", "dire", "di", "no"])
    letters = len("DecideLeiPuòdiredino")
    assert gulpease(text) == pytest.approx(89 + (300 * 2 - 10 * letters) / 6)


def test_what_ends_a_sentence() -> None:
    text = "Dalle 8.30 alle 13, da «Torni S.r.l.», a Legnano. Va bene?\n\n- uno\n- due"
    assert sentences(text) == [
        "Dalle 8.30 alle 13, da «Torni S.r.l.», a Legnano", "Va bene", "- uno - due",
    ]  # fmt: skip


def test_a_bureaucratic_sentence_is_hard() -> None:
    hard = (
        "Si comunica che l'ammissibilità del partecipante al percorso formativo individualizzato "
        "risulta subordinata alla preventiva acquisizione della documentazione attestante il "
        "possesso dei requisiti normativamente previsti."
    )
    assert gulpease(hard) < 40 < 80 < gulpease("Decide Lei. Può dire di no.")
