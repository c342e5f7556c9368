"""Files that were sent together: which of them make one dataset is proposed, and their editor's to change."""

from __future__ import annotations

from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk

from ckanext.scdl.model import Deposit

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")


def _as(user):
    return {"Authorization": user["token"]}


@pytest.fixture
def lot(act, organization, editor, prenoms):
    """Two tables of one schema, one without, and a PDF: their ids by name."""
    files = {"a.csv": prenoms(2001), "b.csv": prenoms(2002), "c.csv": b"nom;ville\nx;Dinan\n", "n.pdf": b"%PDF-1.4"}
    return {
        name: act(
            "scdl_deposit_create", editor, organization_id=organization["id"], source="browser", batch="lot-1",
            upload=FileStorage(BytesIO(content), name),
        )["id"]
        for name, content in files.items()
    }  # fmt: skip


@pytest.fixture
def group(act, organization, editor, lot):
    def grouped(*groups, user=None):
        wanted = [[lot[name] for name in names.split()] for names in groups]
        found = act(
            "scdl_deposit_group", user or editor, organization_id=organization["id"], batch="lot-1", groups=wanted
        )
        names = {ident: name for name, ident in lot.items()}
        return [" ".join(names[ident] for ident in each) for each in found]

    return grouped


@pytest.fixture
def accept(act, editor, lot):
    def accepted(name, **wishes):
        fields = {"title": name, "notes": "Notes", "license_id": "lov2"}
        return act("scdl_deposit_accept", editor, id=lot[name], **fields, **wishes)["id"]

    return accepted


def test_by_itself_a_schema_makes_a_dataset(lot, accept):
    """The two tables of one schema go together, each of the others alone."""
    assert accept("a.csv") == accept("b.csv")
    assert len({accept("a.csv"), accept("c.csv"), accept("n.pdf")}) == 3


def test_files_of_several_kinds_become_one_dataset(group, accept):
    """A table, the one that goes with it and the PDF that explains them."""
    assert group("a.csv c.csv n.pdf", "b.csv") == ["a.csv c.csv n.pdf", "b.csv"]
    assert accept("a.csv") == accept("c.csv") == accept("n.pdf")
    assert accept("b.csv") != accept("a.csv")


def test_a_file_that_was_parted_is_not_proposed_for_the_dataset_of_the_others(act, group, accept, editor, lot):
    """Nor is it put there when nothing else is chosen."""
    group("a.csv", "b.csv", "c.csv", "n.pdf")
    first = accept("a.csv")
    assert act("scdl_deposit_targets", editor, id=lot["b.csv"])["proposed"]["kind"] == "new"
    assert accept("b.csv") != first


def test_the_place_of_a_group_is_proposed(act, group, accept, editor, lot):
    """The page of a file proposes the dataset of its group, also where that is of another kind."""
    group("a.csv c.csv", "b.csv", "n.pdf")
    dataset = accept("a.csv")
    found = act("scdl_deposit_targets", editor, id=lot["c.csv"])
    assert (found["proposed"]["kind"], found["proposed"]["dataset_id"]) == ("add", dataset)
    assert dataset in {each["id"] for each in found["datasets"]}


def test_back_to_the_proposal(group, accept, lot):
    """Who groups them as they were leaves no trace."""
    group("a.csv", "b.csv c.csv", "n.pdf")
    group("a.csv b.csv", "c.csv", "n.pdf")
    assert [Deposit.get(ident).grouping for ident in lot.values()] == [None] * 4
    assert accept("a.csv") == accept("b.csv")


def test_a_file_joins_what_is_published(group, accept):
    """Regrouping goes on after the first file was published; what is published stays where it is."""
    dataset = accept("a.csv")
    assert group("a.csv n.pdf", "b.csv", "c.csv") == ["a.csv n.pdf", "b.csv", "c.csv"]
    assert accept("n.pdf") == dataset
    assert accept("b.csv") != dataset


@pytest.mark.parametrize(
    "groups",
    [("a.csv b.csv",), ("a.csv a.csv b.csv c.csv n.pdf",), ("a.csv b.csv c.csv", "n.pdf a.csv")],
    ids=["some are missing", "one twice", "one in two groups"],
)
def test_the_groups_hold_each_file_once(group, lot, groups):
    """Otherwise nothing changes."""
    with pytest.raises(tk.ValidationError) as refused:
        group(*groups)
    assert "groups" in refused.value.error_dict
    assert [Deposit.get(ident).grouping for ident in lot.values()] == [None] * 4


def test_what_was_published_apart_stays_apart(group, accept):
    """Neither two published datasets become one, nor one becomes two."""
    for name in ("a.csv", "b.csv", "c.csv"):
        accept(name)
    for groups in (("a.csv b.csv c.csv", "n.pdf"), ("a.csv", "b.csv", "c.csv", "n.pdf")):
        with pytest.raises(tk.ValidationError):
            group(*groups)


@pytest.mark.parametrize("role", ["member", "stranger"])
def test_others_group_nothing(group, organization, stranger, role):
    """Neither a member nor a stranger."""
    user = stranger if role == "stranger" else organization["people"]["member"]
    with pytest.raises(tk.NotAuthorized):
        group("a.csv", "b.csv c.csv n.pdf", user=user)


def test_the_page_groups(app, editor, organization, lot):
    """One choice for each file, by number; the page then shows the groups."""
    page = BeautifulSoup(app.get("/publier/lot/lot-1", headers=_as(editor)).body, "html.parser")
    numbers = {select["name"]: select.find("option", selected=True)["value"] for select in page.select("select")}
    assert numbers == dict(zip((f"jeu-{ident}" for ident in lot.values()), "1123", strict=True))
    assert all(select.get("aria-label") for select in page.select("select"))
    chosen = dict(zip(numbers, "1221", strict=True)) | {"organization_id": organization["id"]}
    answer = app.post("/publier/lot/lot-1/regrouper", headers=_as(editor), data=chosen)
    shown = [
        [link.get_text() for link in table.select("tbody td:first-child a")]
        for table in BeautifulSoup(answer.body, "html.parser").select(".scdl-deposits")
    ]
    assert shown == [["a.csv", "n.pdf"], ["b.csv", "c.csv"]]


def test_a_choice_that_is_not_taken_is_not_lost(app, act, editor, organization, lot):
    """A file was given up meanwhile: the page says so, and keeps what was chosen for the others."""
    act("scdl_deposit_cancel", editor, id=lot["c.csv"])
    chosen = {f"jeu-{ident}": "2" for ident in lot.values()} | {"organization_id": organization["id"]}
    page = app.post("/publier/lot/lot-1/regrouper", headers=_as(editor), data=chosen, status=400)
    soup = BeautifulSoup(page.body, "html.parser")
    assert soup.select_one("[role=alert]")
    assert {select.find("option", selected=True)["value"] for select in soup.select("select")} == {"2"}
    assert "c.csv" in soup.select(".scdl-deposits")[-1].get_text()
