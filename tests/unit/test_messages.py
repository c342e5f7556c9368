"""The French of the portal: complete, exact, and compiled from what is written."""

from __future__ import annotations

import importlib.util
import io
import json
from functools import cache
from pathlib import Path
from types import ModuleType

import polib
import pytest
from babel.messages.catalog import Catalog, Message
from babel.support import Translations

Forms = str | tuple[str, ...]
SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "update_messages.py"


@cache
def script() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("update_messages", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PACKAGES = script().PACKAGES


@cache
def outputs(package: str) -> tuple[dict[Path, bytes], list[str]]:
    """What the script would write now, read once for all tests."""
    return script().outputs(package, {})


@pytest.mark.parametrize("package", PACKAGES)
def test_catalogues_are_those_of_the_code(package: str) -> None:
    """Template, French and compiled catalogue are what the script would write from the code as it is."""
    files, _wrong = outputs(package)
    stale = [
        path.name for path, content in files.items() if not path.exists() or path.read_bytes() != content
    ]
    assert stale == [], "run scripts/update_messages.py"


@pytest.mark.parametrize("package", PACKAGES)
def test_french_is_complete_and_exact(package: str) -> None:
    """No sentence is untranslated or doubtful, and placeholders, elements and plural forms agree."""
    _files, wrong = outputs(package)
    assert wrong == []


@pytest.mark.parametrize("package", PACKAGES)
def test_compiled_catalogue_says_what_the_written_one_says(package: str) -> None:
    """A .mo that was not compiled again after a change of its .po is found."""
    french = script().read_french(package)
    path = script().po_path(package).with_suffix(".mo")
    compiled = Translations(io.BytesIO(path.read_bytes()))
    plain = [message for message in french if message.id and message.string and not message.pluralizable]
    written = {message.id: message.string for message in plain}
    assert {id_: compiled.gettext(id_) for id_ in written} == written


@pytest.mark.parametrize("package", PACKAGES)
def test_flags_of_placeholders_agree_between_template_and_french(package: str) -> None:
    """A sentence with placeholders is marked as such in both files, for whoever edits them by other means."""
    with script().pot_path(package).open("rb") as file:
        template = script().read_po(file)
    french = script().read_french(package)
    assert {message.id: message.flags for message in template if message.id} == {
        message.id: message.flags for message in french if message.id
    }


def test_packages_agree_on_the_sentences_they_share() -> None:
    """A sentence of two packages has one French, or the order of the plugins would choose between them."""
    known: dict[object, object] = {}
    for package in PACKAGES:
        for message in script().read_french(package):
            if message.id:
                assert known.setdefault(message.id, message.string) == message.string, (package, message.id)


def test_sentences_of_javascript_reach_the_browser() -> None:
    """CKAN hands to the browser what a template places in a .js file, so those files are named."""
    template = polib.pofile(str(script().pot_path("cotesdarmor")))
    scripts = {entry.msgid for entry in template for file, _line in entry.occurrences if file.endswith(".js")}
    assert {"Searching...", "Show all"} <= scripts


@pytest.mark.parametrize(("count", "form"), [(0, 0), (1, 0), (2, 2), (1_000_000, 1)])
def test_plurals_survive_the_merge_over_the_catalogue_of_ckan(count: int, form: int) -> None:
    """Laid over CKAN's catalogue as the portal does it, ours rules the plurals of both and spoils neither."""
    ckan = script().package_folder("ckan") / "i18n" / "fr" / "LC_MESSAGES" / "ckan.mo"
    translations = Translations()
    for path in (ckan, *(script().po_path(package).with_suffix(".mo") for package in PACKAGES)):
        translations.merge(catalog := Translations(io.BytesIO(path.read_bytes())))
        translations.plural = catalog.plural
    ours = ["{num} membre", "{num} de membres", "{num} membres"][form]
    theirs = ["{number} groupe  trouvé", "{number} groupes trouvés", "{number} groupes trouvés"][form]
    assert translations.ngettext("{num} Member", "{num} Members", count) == ours
    assert translations.ngettext("{number} group found", "{number} groups found", count) == theirs


@pytest.mark.parametrize(
    ("msgid", "msgstr", "fault"),
    [
        ("{count} rows", "", "not translated"),
        ("{count} rows", "{nombre} lignes", "placeholders"),
        ("{count} rows", "des lignes", "placeholders"),
        ("<b>%(name)s</b>", "%(name)s", "placeholders"),
        ("Really?", "Vraiment ?", "space"),
        (("{count} row", "{count} rows"), ("{count} ligne", "{count} lignes"), "plural forms"),
    ],
)
def test_a_faulty_translation_is_named(
    msgid: str | tuple[str, ...], msgstr: str | tuple[str, ...], fault: str
) -> None:
    """Each kind of fault that would show on a page is found."""
    assert any(fault in found for found in script().faults(Message(msgid, msgstr)))


@pytest.mark.parametrize(
    ("msgid", "msgstr"),
    [
        ("{count} rows", "{count} lignes"),
        ("Really?", "Vraiment\u00a0?"),
        (("One row", "{count} rows"), ("Une ligne", "{count} de lignes", "{count} lignes")),
        (("One row", "{count} rows"), ("{count} ligne", "{count} de lignes", "{count} lignes")),
    ],
)
def test_a_sound_translation_passes(msgid: Forms, msgstr: Forms) -> None:
    """A translation that keeps what it must keep has no fault."""
    assert list(script().faults(Message(msgid, msgstr))) == []


def test_translations_are_applied_and_unknown_ones_reported() -> None:
    """A file of translations fills what it names, mends its spaces, and says what it could not place."""
    french = Catalog(locale="fr")
    french.add("Really?", flags=["fuzzy"])
    french.add(("{n} row", "{n} rows"))
    given = json.loads('{"Really?": "Vraiment ?", "{n} row": ["{n} ligne", "{n} lignes"], "Gone": "Parti"}')
    assert script().apply(given, french) == ["Gone"]
    assert french.get("Really?").string == "Vraiment\u00a0?"
    assert not french.get("Really?").fuzzy
    assert french.get("{n} row").string == ("{n} ligne", "{n} lignes", "{n} lignes")


def test_a_sentence_that_left_the_code_leaves_the_catalogue() -> None:
    """Merging keeps the French of sentences that remain and takes from CKAN what CKAN knows."""
    pot, old, ckan = Catalog(), Catalog(locale="fr"), Catalog(locale="fr")
    pot.add("Kept")
    pot.add("Download")
    old.add("Kept", "Gardé")
    old.add("Gone", "Parti")
    ckan.add("Download", "Télécharger")
    merged = script().merge(pot, old, ckan)
    assert {message.id: message.string for message in merged if message.id} == {
        "Kept": "Gardé",
        "Download": "Télécharger",
    }


def test_catalogues_name_no_machine_and_no_day() -> None:
    """What is written is the same on every machine and every day."""
    for package in PACKAGES:
        for path, content in outputs(package)[0].items():
            text = content.decode("utf-8", errors="replace")
            assert "Date:" not in text, path.name
            assert str(SCRIPT.parents[1]) not in text, path.name


def test_what_ckan_lacks_in_french_is_lent_by_the_portal() -> None:
    """Each upstream source with sentences that have no French is lent ours, with its origin."""
    borrowed = {
        comment for message in script().read_french("cotesdarmor") for comment in message.auto_comments
    }
    for source in (
        "ckan",
        "ckanext.activity",
        "ckanext.datastore",
        "ckanext.scheming",
        "ckanext.dcat",
        "ckanext.harvest",
    ):
        assert f"Borrowed from {source}" in borrowed


def test_only_french_that_ckan_has_is_corrected() -> None:
    """A correction is one: CKAN has the sentence in French, and ours differs."""
    ckan = script().ckan_french()
    for message in script().read_french("cotesdarmor"):
        if script().CORRECTION in message.auto_comments:
            theirs = ckan.get(script().singular(message))
            assert script().is_translated(theirs)
            assert script().strings(theirs) != script().strings(message)
