"""With --json: one JSON document on standard output, as contract 5.3, and nothing else."""

import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from matching.model import Offer, Participant
from tests.commands import Cantiere, Done
from tests.contract import check, faults, quotes
from tests.databases import is_true
from tests.programme import demonstration

pytestmark = pytest.mark.db

PEOPLE = {p.id: p for p in demonstration().participants}
OFFERS = {o.id: o for o in demonstration().offers}


def only(done: Done, schema: str, code: int = 0) -> Any:
    """The document of a command that said nothing else."""
    assert (done.code, done.err) == (code, "")
    assert done.out.endswith("}\n")
    check(done.document, schema)
    return done.document


def field_of(record: Participant | Offer, source: str) -> str:
    """The text of a record's field, by source: ``experiences[1].description``."""
    value: Any = record
    for name, position in re.findall(r"(\w+)(?:\[(\d+)\])?", source):
        value = getattr(value, name)
        value = value[int(position)] if position else value
    return str(value)


def check_quotes(document: Any, participant: Participant, offer: Offer | None = None) -> None:
    """Every quotation is exactly the characters it says, of the person or of the offer."""
    for quote in quotes(document):
        its_offer = re.match(r"title|description|required|preferred", quote["source"])
        record = offer if its_offer else participant
        assert record is not None
        assert field_of(record, quote["source"])[quote["start"] : quote["end"]] == quote["text"]


@pytest.mark.parametrize("participant_id", list(PEOPLE)[::7])
def test_profile(participant_id: str, command: Cantiere, demo_database: str) -> None:
    document = only(command("profile", participant_id, "--json", url=demo_database), "profile")
    assert document["participant_id"] == participant_id
    uris = [c["uri"] for c in document["competences"]]
    assert uris
    assert len(uris) == len(set(uris))
    assert quotes(document)
    check_quotes(document, PEOPLE[participant_id])


@pytest.mark.parametrize("participant_id", ["P-001", "P-026", "P-060"])
@pytest.mark.parametrize("options", [[], ["--all"], ["--limit", "3"]])
def test_suggest(
    participant_id: str, options: list[str], command: Cantiere, demo_database: str
) -> None:
    words = ["suggest", participant_id, "--on", "2026-12-01", "--json", *options]
    document = only(command(*words, url=demo_database), "suggest")
    assert (document["participant_id"], document["on"]) == (participant_id, "2026-12-01")
    assert document["items"]
    check_list(document)
    for item in document["items"] + document["excluded"]:
        check_quotes(item, PEOPLE[participant_id], OFFERS[item["offer_id"]])
    if options == ["--all"]:
        listed = [item["offer_id"] for item in document["items"] + document["excluded"]]
        assert sorted(listed) == sorted(OFFERS)
    else:
        assert len(document["items"]) == (3 if options else 10)


@pytest.mark.parametrize("offer_id", ["O-006", "O-063"])
@pytest.mark.parametrize("options", [[], ["--all"], ["--limit", "3"]])
def test_shortlist(
    offer_id: str, options: list[str], command: Cantiere, demo_database: str
) -> None:
    words = ["shortlist", offer_id, "--on", "2026-12-01", "--json", *options]
    document = only(command(*words, url=demo_database), "shortlist")
    assert (document["offer_id"], document["on"]) == (offer_id, "2026-12-01")
    assert document["items"]
    check_list(document)
    for item in document["items"] + document["excluded"]:
        check_quotes(item, PEOPLE[item["participant_id"]], OFFERS[offer_id])
    if options == ["--all"]:
        listed = [item["participant_id"] for item in document["items"] + document["excluded"]]
        assert sorted(listed) == sorted(PEOPLE)
    elif options:
        assert len(document["items"]) == 3


def check_list(document: Any) -> None:
    """Ranks, order and sums of a list."""
    items = document["items"]
    assert [item["rank"] for item in items] == list(range(1, len(items) + 1))
    scores = [item["score"] for item in items]
    assert scores == sorted(scores, reverse=True)
    for item in items + document["excluded"]:
        values = [c["value"] for c in item["contributions"]]
        assert item["score"] == pytest.approx(item["base"] + sum(values), abs=1e-9)
        statuses = {check["status"] for check in item["eligibility"]["checks"]}
        said = item["eligibility"]["status"]
        assert (said == "ineligible") == ("not_met" in statuses)
        assert (said == "eligible") == (statuses == {"met"})


def test_explain(command: Cantiere, demo_database: str) -> None:
    changes = 0
    for participant_id, offer_id in [("P-001", "O-063"), ("P-002", "O-001"), ("P-040", "O-099")]:
        words = ["explain", participant_id, offer_id, "--on", "2026-12-01", "--json"]
        document = only(command(*words, url=demo_database), "explain")
        assert (document["participant_id"], document["offer_id"]) == (participant_id, offer_id)
        check_quotes(document, PEOPLE[participant_id], OFFERS[offer_id])
        changes += len(document["what_would_change"])
    assert changes


@pytest.mark.parametrize("audience", ["participant", "company"])
def test_explain_to_others(audience: str, command: Cantiere, demo_database: str) -> None:
    """The same contract, without what is not theirs: no score, and for a company no quotation."""
    profile = command("profile", "P-002", "--json", url=demo_database).document
    for competence in profile["competences"]:
        command("confirm", "P-002", competence["uri"], url=demo_database)
    words = ["explain", "P-002", "O-001", "--on", "2026-12-01", "--audience", audience, "--json"]
    document = only(command(*words, url=demo_database), "explain")
    assert (document["audience"], document["score"], document["base"]) == (audience, None, None)
    assert document["known"]
    assert document["contributions"]
    check_quotes(document, PEOPLE["P-002"])
    assert bool(quotes(document)) == (audience == "participant")


def test_a_schema_refuses_what_is_not_for_an_audience(
    command: Cantiere, demo_database: str
) -> None:
    """What the operator reads is no answer for the others, whatever it calls itself."""
    words = ["explain", "P-002", "O-001", "--on", "2026-12-01", "--json"]
    document = command(*words, url=demo_database).document
    assert faults(document, "explain") == []
    for audience in ("participant", "company"):
        assert faults(document | {"audience": audience}, "explain")


def test_confirm_reject_and_undo(command: Cantiere, demo_database: str) -> None:
    profile = command("profile", "P-001", "--json", url=demo_database).document
    before = profile["competences"][0]
    uri = before["uri"]
    for words, status in [(["confirm"], "confirmed"), (["reject"], "rejected"),
                          (["confirm", "--undo"], "proposed"),
                          (["reject", "--undo"], "proposed")]:  # fmt: skip
        name, *options = words
        done = command(name, "P-001", uri, *options, "--json", url=demo_database)
        document = only(done, "settled")
        assert (document["participant_id"], document["uri"]) == ("P-001", uri)
        assert document["competence"]["status"] == status
        assert (document["competence"] == before) == (status == "proposed")
    assert command("profile", "P-001", "--json", url=demo_database).document == profile


def test_undo_of_what_no_text_names(command: Cantiere, demo_database: str) -> None:
    held = command("profile", "P-001", "--json", url=demo_database).document["competences"]
    found = command("taxonomy", "search", "saldare", "--json", url=demo_database).document
    uri = next(i["uri"] for i in found["items"] if i["uri"] not in {c["uri"] for c in held})
    added = only(command("confirm", "P-001", uri, "--json", url=demo_database), "settled")
    assert added["competence"]["origin"] == "declared"
    gone = only(command("confirm", "P-001", uri, "--undo", "--json", url=demo_database), "settled")
    assert gone["competence"] is None


def test_replay(command: Cantiere, demo_database: str) -> None:
    run = command("suggest", "P-001", "--json", url=demo_database).document["run_id"]
    document = only(command("replay", run, "--json", url=demo_database), "replay")
    assert (document["run_id"], document["identical"]) == (run, True)


def test_taxonomy_search(command: Cantiere) -> None:
    for kind in ("competence", "occupation"):
        for text in ("aggiustare biciclette", "cucire", "qwertyuiop", ""):
            words = ["taxonomy", "search", text, "--kind", kind, "--limit", "4", "--json"]
            document = only(command(*words), "taxonomy_search")
            assert (document["query"], document["kind"]) == (text, kind)
            scores = [item["score"] for item in document["items"]]
            assert scores == sorted(scores, reverse=True)
            assert len(scores) <= 4
            if text:
                assert len(scores) == 4


def test_load(command: Cantiere, database: str, tmp_path: Path) -> None:
    companies = tmp_path / "aziende.csv"
    companies.write_text(
        "id;name;sector;municipality\n"
        "C-1;Forno;pane;Magenta\nC-2;Bottega;legno;Atlantide\nC-3;Orto;verde;Arluno\n"
    )
    refused = only(command("load", companies, "--json", url=database), "load", code=1)
    assert refused["loaded"] is None
    [error] = refused["errors"]
    assert (error["file"], error["row"], error["field"]) == ("aziende.csv", 3, "municipality")
    assert "Atlantide" in error["reason"]

    done = command("load", companies, "--skip-invalid", "--json", url=database)
    partly = only(done, "load")
    assert partly["loaded"]["companies"] == {"added": 2, "updated": 0, "unchanged": 0}
    assert partly["errors"] == refused["errors"]
    [rejected] = partly["rejected_files"]
    assert Path(rejected).parent == tmp_path
    assert "Atlantide" in Path(rejected).read_text("utf-8-sig")

    Path(rejected).write_text(Path(rejected).read_text().replace("Atlantide", "Corbetta"))
    mended = only(command("load", rejected, "--json", url=database), "load")
    assert mended["loaded"]["companies"] == {"added": 1, "updated": 0, "unchanged": 0}
    assert (mended["errors"], mended["rejected_files"]) == ([], [])


def test_demo(command: Cantiere, database: str) -> None:
    document = only(command("demo", "--json", url=database), "suggest")
    assert len(document["items"]) == 5
    assert (
        only(command("demo", "--json", "--limit", "2", url=database), "suggest")["items"]
        == (document["items"][:2])
    )
    assert is_true(database, "SELECT count(*) > 0 FROM pg_stats WHERE tablename = 'participant'")


def test_a_schema_refuses_what_departs_from_the_contract(
    command: Cantiere, demo_database: str
) -> None:
    """The schemas would notice: a field more, a field less, another value."""
    good = command("suggest", "P-001", "--on", "2026-12-01", "--json", url=demo_database).document
    assert good["excluded"]

    def spoiled(change: Any) -> Any:
        document = deepcopy(good)
        change(document)
        return document

    spoil = [
        lambda d: d.update(extra=1),
        lambda d: d.pop("versions"),
        lambda d: d.update(on="01/12/2026"),
        lambda d: d["items"][0].update(participant_id="P-001"),
        lambda d: d["items"][0].pop("rank"),
        lambda d: d["items"][0].pop("offer_id"),
        lambda d: d["items"][0].pop("base"),
        lambda d: d["items"][0]["eligibility"].update(status="ineligible"),
        lambda d: d["excluded"][0].update(rank=None),
        lambda d: d["excluded"][0]["eligibility"].update(status="eligible"),
        lambda d: d["items"][0]["contributions"][0].update(factor="gender"),
        lambda d: d["items"][0]["contributions"][0].pop("evidence"),
    ]
    for change in spoil:
        assert faults(spoiled(change), "suggest")
