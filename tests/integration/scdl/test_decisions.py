"""Personal data: nothing is published, nor shown in a draft, before a person has said why it may be."""

from __future__ import annotations

import pytest
from tests.unit.scdl.document_samples import archive, docx, geojson, pdf

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import helpers

from ckanext.scdl import jobs, sandbox, storage
from ckanext.scdl.model import Decision, Deposit

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

SENTENCE = "Les agents de la liste ont signé un accord."


def nir(number="1850578006084"):
    """A social security number with its key."""
    return f"{number}{97 - int(number) % 97:02}"


@pytest.fixture
def personal():
    """A table with social security numbers."""
    rows = "".join(f"{name};{nir(str(1850578006084 + number))}\n" for number, name in enumerate(("A", "B", "C", "D")))
    return f"libelle;numero\n{rows}".encode()


@pytest.fixture
def waiting(send, personal):
    return send(personal, name="liste.csv", source_key="liste")


def test_personal_data_wait(waiting):
    """A program asked for publication: nothing is published, and what was found is masked."""
    assert (waiting["state"], waiting["cause"]) == ("waiting", "personal-data")
    assert model.Session.query(model.Package).count() == 0
    assert nir() not in str(waiting)
    assert "nir" in {finding["kind"] for finding in waiting["privacy"]["findings"]}


def test_nobody_accepts_before_somebody_decides(waiting, act, organization):
    """Not as a draft either."""
    for publish in (True, False):
        with pytest.raises(tk.ValidationError):
            act(
                "scdl_deposit_accept", organization["people"]["editor"], id=waiting["id"], publish=publish, target="new"
            )
    assert model.Session.query(model.Package).count() == 0


def test_a_decision_publishes_what_was_to_be_published(waiting, act, organization):
    """And stands in the register of those who administer: who, when, why, about which bytes."""
    people = organization["people"]
    made = act("scdl_deposit_decide", people["editor"], id=waiting["id"], reason="consent", sentence=SENTENCE)
    assert made["state"] == "published"
    [entry] = act("scdl_decision_list", people["admin"])
    assert (entry["reason"], entry["sentence"], entry["user_id"]) == ("consent", SENTENCE, people["editor"]["id"])
    assert entry["sha256"] == Deposit.get(waiting["id"]).sha256
    assert act("scdl_decision_list", people["editor"]) == []


def test_a_file_of_the_browser_is_accepted_after_its_decision(deposit, personal, act, organization):
    """The editor decides, then publishes with the form; a draft is refused all the same."""
    editor = organization["people"]["editor"]
    made = deposit("liste.csv", personal)
    assert made["state"] == "waiting"
    made = act("scdl_deposit_decide", editor, id=made["id"], reason="false-alarm", sentence=SENTENCE)
    assert made["state"] == "checked"
    fields = act("scdl_deposit_propose", editor, id=made["id"])
    with pytest.raises(tk.ValidationError) as error:
        act("scdl_deposit_accept", editor, **fields, id=made["id"], publish=False)
    assert "publish" in error.value.error_dict
    assert act("scdl_deposit_accept", editor, **fields, id=made["id"])["state"] == "active"


def test_a_new_file_is_decided_anew(waiting, send, personal, act, organization):
    """One decision is about one content."""
    editor = organization["people"]["editor"]
    act("scdl_deposit_decide", editor, id=waiting["id"], reason="consent", sentence=SENTENCE)
    again = send(personal + f"E;{nir()}\n".encode(), name="liste.csv", source_key="liste")
    assert (again["state"], again["cause"]) == ("waiting", "personal-data")


@pytest.mark.parametrize(
    ("change", "field"),
    [({"reason": "because"}, "reason"), ({"sentence": "ok"}, "sentence"), ({"reason": ""}, "reason")],
)
def test_a_decision_says_why(waiting, act, organization, change, field):
    """One of the reasons of the law, and a sentence."""
    data = {"id": waiting["id"], "reason": "consent", "sentence": SENTENCE} | change
    with pytest.raises(tk.ValidationError) as error:
        act("scdl_deposit_decide", organization["people"]["editor"], **data)
    assert field in error.value.error_dict
    assert model.Session.query(Decision).count() == 0


def test_where_there_is_nothing_to_decide(send, prenoms, act, organization):
    """A decision about a file without personal data is refused, and not kept."""
    made = send(prenoms())
    with pytest.raises(tk.ValidationError):
        act("scdl_deposit_decide", organization["people"]["editor"], id=made["id"], reason="consent", sentence=SENTENCE)
    assert model.Session.query(Decision).count() == 0


@pytest.mark.ckan_config("ckanext.scdl.personal_kept_days", 0)
def test_bytes_with_personal_data_go_sooner(waiting, send):
    """After fewer days than those of other files that nobody publishes."""
    other = send(b"nom;ville\nx;y\n", name="autre.csv")
    jobs.nightly("2026-03-01")
    row = Deposit.get(waiting["id"])
    assert (row.state, row.message) == ("cancelled", "abandoned")
    assert not storage.store().path(row.sha256).exists()
    assert Deposit.get(other["id"]).state == "waiting"


def test_a_conform_file_may_hold_them(send, prenoms, act, organization):
    """A schema does not excuse: what stands in a free column is found too."""
    content = prenoms().replace(b"Anna", nir().encode())
    made = send(content)
    assert (made["state"], made["cause"]) == ("waiting", "personal-data")
    assert helpers.call_action("package_search")["count"] == 0


@pytest.mark.parametrize("name", ["notice.pdf", "agents.geojson", "tout.zip", "note.docx"])
def test_a_file_that_is_no_table_waits_as_well(send, act, organization, name):
    """Its text is read: what blocks stops it before it is published, and a decision lets it go."""
    content = {
        "notice.pdf": pdf("Agent " + written_nir()),
        "agents.geojson": geojson({"agent": written_nir()}),
        "tout.zip": archive({"agents.txt": written_nir().encode()}),
        "note.docx": docx("Agent " + written_nir()),
    }[name]
    made = send(content, name=name, source_key="doc")
    assert (made["status"], made["state"], made["cause"]) == ("unchecked", "waiting", "personal-data")
    assert written_nir() not in str(made)
    editor = organization["people"]["editor"]
    decided = act("scdl_deposit_decide", editor, id=made["id"], reason="consent", sentence=SENTENCE)
    assert decided["state"] == "published"


def test_its_page_asks_for_the_decision_and_says_what_was_not_read(app, send, organization):
    """The page of a file that is no table: the finding, the question, the pages that nobody has looked at."""
    made = send(pdf("Agent " + written_nir(), ""), name="notice.pdf")
    page = app.get(f"/publier/{made['id']}", headers={"Authorization": organization["people"]["editor"]["token"]})
    assert "Page 1" in page.body and "Pourquoi ce fichier peut-il être publié" in page.body
    assert "Vérifiez vous-même que personne" in page.body
    assert written_nir() not in page.body


def test_a_file_that_nobody_can_search_is_told(app, act, send, organization, monkeypatch):
    """A scan that ends without answer is no silence, and nothing is published by itself then."""
    monkeypatch.setattr(sandbox, "run", failing)
    made = send(pdf("Agent"), name="notice.pdf", source_key="notice")
    assert (made["state"], made["cause"]) == ("waiting", "not-searched")
    page = app.get(f"/publier/{made['id']}", headers={"Authorization": organization["people"]["editor"]["token"]})
    assert "Vérifiez-le vous-même avant de le publier" in page.body
    editor = organization["people"]["editor"]
    assert act("scdl_deposit_accept", editor, id=made["id"], target="new")["state"] == "active"


def failing(*_arguments):
    """A child of the sandbox that dies."""
    raise sandbox.SandboxError("timeout")


def written_nir():
    """A number of the social security as people write it."""
    number = nir()
    return " ".join((number[0], number[1:3], number[3:5], number[5:7], number[7:10], number[10:13], number[13:]))
