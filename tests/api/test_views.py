"""What people see: bars, quotations, gaps, doubts and exclusions, as in the JSON."""

import re
from pathlib import Path
from typing import Any

import pytest

from matching.messages import say
from tests.builders import a_company, a_participant, an_offer
from tests.commands import Cantiere
from tests.programme import demonstration

pytestmark = pytest.mark.db

OFFERS = {o.id: o for o in demonstration().offers}
PEOPLE = {p.id: p for p in demonstration().participants}
ON = ["--on", "2026-12-01"]
STATUS = {"eligible": "ammissibile", "unknown": "da chiarire", "ineligible": "non ammissibile"}


def words_of(text: str) -> str:
    """The text on one line: where a screen folds it does not matter."""
    return " ".join(text.split())


def figure(value: float) -> str:
    return f"{value:+.2f}".replace(".", ",")


def blocks(out: str) -> list[str]:
    """The proposals of a list, each from its rank to the next."""
    return re.split(r"(?m)^ ?(?=\d+\. [PO]-)", out)[1:]


def check_bars(block: str, item: Any) -> None:
    """A line a contribution, the greatest first, each with its bar, its figure and its words."""
    lines = re.findall(r"(?m)^ +([█░]+) ([+-]\d+,\d\d) (.+)$", block)
    ordered = sorted(item["contributions"], key=lambda c: -c["value"])
    assert [found for _, found, _ in lines] == [figure(c["value"]) for c in ordered]
    for (bar, _, why), contribution in zip(lines, ordered, strict=True):
        assert set(bar) == {"█" if contribution["value"] > 0 else "░"}
        assert why.startswith(say(f"cli.factor.{contribution['factor']}"))
        if contribution["value"] < 0 and contribution["uri"]:
            assert "da imparare o da verificare" in words_of(block)
        elif contribution["evidence"]:
            quoted = words_of(contribution["evidence"][0]["text"])[:40]
            assert f"«{quoted}" in words_of(block)
    widths = [len(bar) for bar, _, _ in lines]
    sizes = [abs(c["value"]) for c in ordered]
    longest = max(range(len(sizes)), key=sizes.__getitem__)
    assert widths[longest] == max(widths) <= 12


@pytest.mark.parametrize("subject", ["suggest P-001", "suggest P-026", "shortlist O-063"])
def test_a_list(subject: str, command: Cantiere, demo_database: str) -> None:
    done = command(*subject.split(), *ON, "--limit", "5", url=demo_database)
    listed = command(*subject.split(), *ON, "--limit", "5", "--json", url=demo_database).document
    assert (done.code, done.err) == (0, "")
    assert subject.split()[1] in done.out.splitlines()[0]
    assert "al 01/12/2026. Decidono le persone." in done.out.split("\n\n")[0]
    proposals, _, rest = done.out.partition("Non ammissibili, e perché")
    found = blocks(proposals)
    assert len(found) == len(listed["items"])
    for block, item in zip(found, listed["items"], strict=True):
        heading = words_of(block)
        assert heading.startswith(
            f"{item['rank']}. {item.get('offer_id', item.get('participant_id'))}"
        )
        assert (
            f"{STATUS[item['eligibility']['status']]} punteggio {figure(item['score'])}" in heading
        )
        doubts = [c for c in item["eligibility"]["checks"] if c["status"] == "unknown"]
        if item["rank"] <= 3:
            assert f"{figure(item['base'])} punto di partenza" in block
            check_bars(block, item)
            for check in doubts:
                assert f"? {check['reason']} [{check['rule']}]" in heading
        else:
            assert "█" not in block
            assert "?" not in block
    assert_excluded(words_of(rest), listed["excluded"])
    assert re.search(r"Esecuzione (R-\w+)\. Per rifarla: cantiere replay \1\n", rest)


def assert_excluded(text: str, excluded: Any) -> None:
    assert excluded
    for item in excluded:
        name = item.get("offer_id") or item["participant_id"]
        mark = f"non ammissibile punteggio {figure(item['score'])}"
        found = re.search(rf"{name} · [^✗]*{re.escape(mark)}", text)
        assert found, name
        for check in item["eligibility"]["checks"]:
            if check["status"] == "not_met":
                assert f"✗ {check['reason']} [{check['rule']}]" in text


def test_names_say_what_and_where_never_who(command: Cantiere, demo_database: str) -> None:
    offers = words_of(command("suggest", "P-001", *ON, url=demo_database).out)
    people = words_of(command("shortlist", "O-063", *ON, url=demo_database).out)
    shown = re.findall(r"\d+\. (O-\d+) · ", offers)
    assert shown
    for offer_id in shown:
        offer = OFFERS[offer_id]
        assert f"{offer.title} · " in offers
        assert f", {offer.municipality} " in offers
    for participant_id in re.findall(r"\d+\. (P-\d+) · ", people):
        person = PEOPLE[participant_id]
        target = say(f"labels.target.{person.target}")
        assert f"{participant_id} · {target} · {person.municipality} " in people


def test_an_empty_list_says_so(command: Cantiere, demo_database: str) -> None:
    done = command("suggest", "P-001", "--on", "2035-01-01", url=demo_database)
    assert done.code == 0
    assert "Nessuna offerta aperta in questo giorno." in done.out


def test_a_profile(command: Cantiere, demo_database: str) -> None:
    profile = command("profile", "P-001", "--json", url=demo_database).document
    shown = command("profile", "P-001", url=demo_database).out
    assert shown.startswith("P-001 · over 50 · Magenta\n")
    text = words_of(shown)
    for held in profile["competences"]:
        confidence = f"{held['confidence']:.2f}".replace(".", ",")
        origin = say(f"labels.origin.{held['origin']}")
        assert f"{held['label']} {confidence} · {origin} · da confermare" in text
        assert re.search(rf"(?m)^ +{held['uri']}$", shown), "people copy it"
        for quote in held["evidence"][:1]:
            assert f"«{words_of(quote['text'])[:40]}" in text
        for because in held["because"][:1] if held["origin"] == "hidden" else []:
            assert f"lo fa pensare: {because['label']}" in text
    for trade in profile["occupations"]:
        assert trade["label"] in text
    assert "cantiere confirm P-001 COMPETENZA" in text


def test_a_profile_after_decisions(command: Cantiere, demo_database: str) -> None:
    held = command("profile", "P-001", "--json", url=demo_database).document["competences"]
    command("confirm", "P-001", held[3]["uri"], url=demo_database)
    command("reject", "P-001", held[4]["uri"], url=demo_database)
    text = words_of(command("profile", "P-001", url=demo_database).out)
    assert re.search(rf"{re.escape(held[3]['label'])} 1,00 · [^·]+ · confermata", text)
    assert re.search(rf"{re.escape(held[4]['label'])} \d,\d\d · [^·]+ · scartata", text)


def test_a_profile_of_nothing_says_what_to_do(
    command: Cantiere, database: str, tmp_path: Path
) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text(a_participant(narrative="").model_dump_json(by_alias=True) + "\n")
    command("load", path, url=database)
    done = command("profile", "P-001", url=database)
    assert done.code == 0
    assert "Nessuna competenza riconosciuta: aggiunga qualche riga al racconto." in done.out


def test_an_explanation(command: Cantiere, demo_database: str) -> None:
    changes = 0
    for words in (["explain", "P-001", "O-006", *ON], ["explain", "P-001", "O-063", *ON]):
        explained = command(*words, "--json", url=demo_database).document
        shown = command(*words, url=demo_database).out
        check_bars(shown.split("\n\n")[0], explained)
        text = words_of(shown)
        assert words_of(explained["text"]) in text
        for known in explained["known"]:
            assert f"«{known['label']}»" in text
        for check in explained["eligibility"]["checks"]:
            mark = {"met": "✓", "unknown": "?", "not_met": "✗"}[check["status"]]
            assert f"{mark} {check['reason']} [{check['rule']}] {check['source']}" in text
        for change in explained["what_would_change"]:
            place = "" if change["rank"] is None else f", al posto {change['rank']}"
            assert f"· {change['change']} → {STATUS[change['status']]}{place}" in text
            changes += 1
    assert changes


@pytest.mark.parametrize("audience", ["participant", "company"])
def test_a_text_for_two_at_one_screen(audience: str, command: Cantiere, demo_database: str) -> None:
    """Short lines under headings, in the order of the document; no table, no bar, no figure."""
    words = ["explain", "P-001", "O-006", *ON, "--audience", audience]
    explained = command(*words, "--json", url=demo_database).document
    shown = command(*words, url=demo_database).out
    assert words_of(shown) == words_of(explained["text"])
    lines = shown.splitlines()
    assert max(map(len, lines)) <= 60
    headings = [section.splitlines()[0] for section in explained["text"].split("\n\n")]
    assert [line for line in lines if line and not line.startswith(" ")] == headings
    for heading in headings:
        at = lines.index(heading)
        assert lines[at - 1] == lines[at + 1] == "", "air around a heading"
    assert not re.search(r"[█░│|]|[+-]\d+,\d\d", shown)


def test_a_replay(command: Cantiere, demo_database: str) -> None:
    run = command("suggest", "P-001", "--json", url=demo_database).document["run_id"]
    assert command("replay", run, url=demo_database).out == (
        f"{run}: identica. Con i dati di allora il risultato è lo stesso.\n"
    )
    held = command("profile", "P-001", "--json", url=demo_database).document["competences"]
    command("confirm", "P-001", held[5]["uri"], url=demo_database)
    again = words_of(command("replay", run, url=demo_database).out)
    assert f"{run}: identica." in again
    assert "Da allora sono cambiati i dati di P-001: settled." in again


def test_a_search(command: Cantiere) -> None:
    words = ["taxonomy", "search", "aggiustare biciclette", "--limit", "3"]
    found = command(*words, "--json").document["items"]
    shown = command(*words).out
    for item in found:
        score = f"{item['score']:.2f}".replace(".", ",")
        assert f"{score} {item['label']} {item['uri']}" in words_of(shown)


def test_the_demonstration(command: Cantiere, demo_database: str) -> None:
    done = command("demo", url=demo_database)
    assert (done.code, done.err) == (0, "")
    assert words_of(demonstration().participants[0].narrative)[:200] in words_of(done.out)
    assert len(blocks(done.out)) == 5
    assert "█" in done.out
    assert "«" in done.out
    suggested = re.findall(r"cantiere [^·\n]+", done.out.splitlines()[-1])
    assert len(suggested) >= 3
    for line in suggested:
        assert command(*line.split()[1:], url=demo_database).code == 0, line


def test_what_files_hold_is_never_taken_for_style(
    command: Cantiere, database: str, tmp_path: Path
) -> None:
    """Square brackets in names and titles are printed as they are."""
    offer = an_offer(title="Aiuto [red]cuoco[/red] [B]", required_competences=["saldare"])
    records = [a_company(name="Forno [bold]"), offer, a_participant(narrative="saldo [i]cancelli")]
    paths = []
    for i, record in enumerate(records):
        paths.append(tmp_path / f"[blue]{i}.jsonl")
        paths[-1].write_text(record.model_dump_json(by_alias=True) + "\n")
    assert command("load", *paths, url=database).code == 0
    shown = words_of(command("suggest", "P-001", *ON, url=database).out)
    assert "Aiuto [red]cuoco[/red] [B]" in shown
    assert "Forno [bold]" in shown
    sheet = tmp_path / "[red]foglio.csv"
    assert str(sheet) in command("template", "offers", sheet).out
    good = a_participant(id="P-3").model_dump_json(by_alias=True)
    paths[2].write_text(f"{good}\n{good[:-1]}\n")
    done = command("load", paths[2], "--skip-invalid", url=database)
    assert paths[2].name in done.err
    assert str(tmp_path / "[blue]2.scartate.jsonl") in done.out


def test_a_narrow_screen_and_a_dumb_terminal(
    command: Cantiere, demo_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost, and nothing but text is written where nobody watches."""
    wide = command("suggest", "P-001", *ON, url=demo_database).out
    assert "\x1b" not in wide
    assert max(map(len, wide.splitlines())) <= 100
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    plain = command("suggest", "P-001", *ON, url=demo_database).out
    without_run = [re.sub(r"R-\w+", "", text) for text in (wide, plain)]
    assert words_of(without_run[0]) == words_of(without_run[1])
