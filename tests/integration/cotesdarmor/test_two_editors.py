"""F13: two people have the form of one dataset open. The second learns of the first, and nothing is lost."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import helpers

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

FIELDS = ("title", "notes")


@pytest.fixture
def dataset(publish_subventions):
    return publish_subventions()


class Form:
    """The form of a dataset, as somebody has it open."""

    def __init__(self, app, user, dataset):
        self._app, self._address = app, f"/dataset/edit/{dataset['name']}"
        self._as_user = {"Authorization": user["token"]}
        self._read(app.get(self._address, headers=self._as_user))

    def _read(self, answer):
        self.page = BeautifulSoup(answer.body, "html.parser")
        [form] = self.page.select("form#dataset-edit")
        self.values = [
            (field["name"], field.get("value") or field.text)
            for field in form.select("input[name], textarea[name]")
            if field.get("type") not in ("checkbox", "radio") or field.has_attr("checked")
        ] + [
            (field["name"], option.get("value", option.text))
            for field in form.select("select[name]")
            for option in field.select("option[selected]")
        ]

    def type(self, name, value):
        self.values = [(each, value if each == name else old) for each, old in self.values]

    def value(self, name):
        return dict(self.values).get(name)

    def tick(self, selector):
        box = self.page.select_one(selector)
        self.values.append((box["name"], box["value"]))

    def save(self):
        """Send the form; whether it was taken. If not, it stands there again."""
        names = {name for name, _ in self.values}
        data = {name: [value for each, value in self.values if each == name] for name in names}
        answer = self._app.post(self._address, headers=self._as_user, data={**data, "save": ""}, follow_redirects=False)
        if answer.status_code != 302:
            self._read(answer)
        return answer.status_code == 302

    @property
    def conflict(self):
        section = self.page.select_one("#conflict-title")
        return section.parent.get_text(" ", strip=True) if section else None


@pytest.fixture
def open_form(app, organization, dataset):
    """Open the form as the person of a role."""
    return lambda role: Form(app, organization["people"][role], dataset)


def test_the_second_editor_is_told_and_nothing_is_lost(open_form, organization, dataset):
    """What the first has saved stays, what the second has typed stands in the form, with who and when."""
    mine, theirs = open_form("editor"), open_form("admin")
    theirs.type("title", "Le leur")
    assert theirs.save()
    mine.type("notes", "Le mien")
    assert not mine.save()
    assert organization["people"]["admin"]["display_name"] in mine.conflict
    assert re.search(r"\d\d/\d\d/\d{4}, \d\d:\d\d", mine.conflict)
    assert mine.page.select_one(f"#conflict-title ~ ul a[href$='/dataset/{dataset['name']}']")
    assert mine.value("notes") == "Le mien"
    now = helpers.call_action("package_show", id=dataset["id"])
    assert (now["title"], now["notes"]) == ("Le leur", dataset["notes"])
    assert not mine.save()  # sending it once more is no answer


def test_saving_all_the_same_is_a_decision(open_form, dataset):
    """Whoever ticks that it has been seen replaces what was there; but not what came after that."""
    mine, theirs = open_form("editor"), open_form("admin")
    theirs.type("title", "Le leur")
    assert theirs.save()
    mine.type("notes", "Le mien")
    assert not mine.save()
    later = open_form("admin")
    later.type("title", "Encore le leur")
    assert later.save()
    mine.tick("#field-save-anyway")
    assert not mine.save()
    mine.tick("#field-save-anyway")
    assert mine.save()
    assert helpers.call_action("package_show", id=dataset["id"])["notes"] == "Le mien"


def test_another_error_does_not_hide_the_conflict(open_form):
    """A form that comes back for another reason still tells which version its sender has seen."""
    mine, theirs = open_form("editor"), open_form("admin")
    title = mine.value("title")
    mine.type("title", "")
    assert not mine.save()
    assert mine.conflict is None
    theirs.type("notes", "Le leur")
    assert theirs.save()
    mine.type("title", title)
    assert not mine.save()
    assert mine.conflict


def test_the_mark_is_not_stored(open_form, dataset):
    """Neither as a field nor as an extra."""
    mine = open_form("editor")
    mine.type("notes", "Le mien")
    assert mine.save()
    assert mine.value("metadata_seen")
    saved = helpers.call_action("package_show", id=dataset["id"])
    assert "metadata_seen" not in str(saved)


def test_a_program_saves_as_ever(act, organization, dataset):
    """Without the mark the last one wins; with it a program can have the same care."""
    editor, older = organization["people"]["editor"], helpers.call_action("package_show", id=dataset["id"])
    act("package_patch", organization["people"]["admin"], id=dataset["id"], title="Le leur")
    with pytest.raises(tk.ValidationError):
        act("package_update", editor, **{**older, "notes": "Le mien"}, metadata_seen=older["metadata_modified"])
    act("package_update", editor, **{**older, "notes": "Le mien"})
    assert helpers.call_action("package_show", id=dataset["id"])["title"] == older["title"]


@pytest.mark.parametrize("seen", [7, None, {"a": 1}, [[]], "x"])
def test_a_mark_that_is_none_saves_nothing(act, organization, dataset, seen):
    """Whatever stands there is a version that nobody has seen."""
    with pytest.raises(tk.ValidationError):
        act("package_update", organization["people"]["editor"], **dataset, metadata_seen=seen)


def test_who_may_not_save_learns_nothing(act, stranger, dataset):
    """The name of an editor is for those who may change the dataset."""
    with pytest.raises(tk.NotAuthorized):
        act("package_update", stranger, id=dataset["id"], metadata_seen="x")
    model.Session.rollback()
