"""Keep the message catalogues of the three packages complete, and say what they lack.

    scripts/update_messages.py                     extract, merge and compile
    scripts/update_messages.py --check             write nothing; exit 1, name what is stale or lacks French
    scripts/update_messages.py --apply FILE.json   add translations first: {package: {msgid: msgstr}}
    scripts/update_messages.py --package scdl      one package only

A sentence is found when it stands in `_()`, `tk._()`, `ngettext()` or `N_()` (the mark of a table whose
sentences are looked up later), in a `{% trans %}` of a template or in `this._()` of a JavaScript module.
Which files are read is written once, in `message_extractors` of setup.py.

In a file for `--apply` the msgid is the English sentence (of a plural pair, the singular one) and the msgstr
the French. A plural pair takes a list: [one, many], or [one, millions, many] where whole millions want a
"de". Plain spaces before : ; ? ! and inside « » are made unbreakable. A sentence that CKAN has in French
already is taken from there.

CKAN and the extensions that the portal is composed of (UPSTREAM) leave sentences without French. They are
added to the catalogue of `cotesdarmor`, each with a comment that names its origin, since CKAN lays the
catalogues of plugins over its own. The file of origin decides what is borrowed: pages, forms, mails,
JavaScript, actions, validators and permissions may all speak to a person, so everything counts except what
PRIVATE names (commands, tests, migrations, third-party code). Sentences that upstream code looks up by a
computed name stand in COMPUTED. Where CKAN's French is wrong, a translation under the package name
`corrections` replaces it in the same way; the comment CORRECTION marks its entry and keeps it there.

Catalogues hold no date, no line number and no path of a machine, so they change only when a sentence does.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from tokenize import TokenError
from typing import NamedTuple

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2 import TemplateSyntaxError

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "fr"
PACKAGES = ("atd_metrics", "cotesdarmor", "scdl")
BORROWER = "cotesdarmor"
UPSTREAM = (
    "ckan",
    "ckanext.activity",
    "ckanext.datastore",
    "ckanext.datatablesview",
    "ckanext.imageview",
    "ckanext.textview",
    "ckanext.scheming",
    "ckanext.dcat",
    "ckanext.harvest",
)
# Upstream templates also lie in the folder of a theme and may be mails.
UPSTREAM_TEMPLATES = tuple(
    (f"**/{folder}/**.{kind}", "ckan") for folder in ("templates", "templates-*") for kind in ("html", "txt")
)
# Our own commands speak to the people who run the portal here; those of CKAN stay English.
PRIVATE = frozenset({"2.8_templates", "i18n", "migration", "tests", "vendor"})
UPSTREAM_PRIVATE = PRIVATE | {"cli", "commands"}
# No extractor finds what is looked up by a variable, as in `_(job.status)`: those sentences are listed here.
COMPUTED = ROOT / "ckanext" / BORROWER / "i18n" / "computed.json"
CORRECTION = "Corrects the French of CKAN."
# CKAN's own French has three forms, and the formula of the catalogue loaded last rules all of them.
PLURAL_FORMS = "nplurals=3; plural=(n == 0 || n == 1) ? 0 : n != 0 && n % 1000000 == 0 ? 1 : 2;"
PLAIN_SPACE = re.compile(r" (?=[:;?!»])|(?<=«) ")
MARKS = re.compile(r"%\(\w+\)[\d.]*[a-zA-Z]|%[sdrf]|%%|\{\w*(?:[.:!][^{}]*)?\}|</?\w+")


Additions = dict[str, dict[str, str | list[str]]]


class StableCatalog(Catalog):
    """A catalogue whose header says only what a reader of it needs, so that it is the same on every day."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The header without dates and names of tools."""
        headers = [("Project-Id-Version", self.project)]
        if self.locale:
            headers += [("Language", str(self.locale)), ("Plural-Forms", PLURAL_FORMS)]
        headers += [("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=utf-8")]
        return [*headers, ("Content-Transfer-Encoding", "8bit")]

    @property
    def num_plurals(self) -> int:
        """The number of forms that PLURAL_FORMS declares; a template has the two of English."""
        return 3 if self.locale else 2


class Extracted(NamedTuple):
    """One sentence found in one file."""

    file: str
    id: str | tuple[str, ...]
    comments: tuple[str, ...]


def mapping() -> list[tuple[str, str]]:
    """The patterns of files and their extraction methods, as setup.py declares them."""
    tree = ast.parse((ROOT / "setup.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == "message_extractors":
            entries = ast.literal_eval(node.value)["ckanext"]
            return [(pattern, method) for pattern, method, _options in entries]
    raise SystemExit("setup.py declares no message_extractors")


def extract(
    folder: Path, methods: Iterable[tuple[str, str]], private: frozenset[str] = PRIVATE
) -> Iterator[Extracted]:
    """Read every sentence below a folder.

    Args:
        folder: where to look; file names are given relative to it.
        methods: patterns of files with the extraction method of each.
        private: names of folders that are left out.
    """
    reading = [""]

    def public(path: str) -> bool:
        return not Path(path).name.startswith((".", "_")) and Path(path).name not in private

    def note(file: str, _method: str, _options: object) -> None:
        reading[0] = file

    try:
        for file, _line, id_, comments, _context in extract_from_dir(
            folder, list(methods), comment_tags=("TRANSLATORS:",), callback=note, directory_filter=public
        ):
            yield Extracted(file, id_, tuple(comments))
    except (TemplateSyntaxError, TokenError, SyntaxError) as error:
        raise SystemExit(f"{folder / reading[0]} cannot be read: {error}") from error


def own_messages(package: str) -> Catalog:
    """The sentences of one of our packages."""
    catalog = StableCatalog(project=f"ckanext-{package}", domain=f"ckanext-{package}", fuzzy=False)
    for found in extract(ROOT / "ckanext" / package, mapping()):
        file = f"ckanext/{package}/{found.file}"
        catalog.add(found.id, locations=[(file, 0)], auto_comments=found.comments)
    return catalog


def singular(message: Message | Extracted) -> str:
    """The English sentence that names a message in a catalogue."""
    return message.id if isinstance(message.id, str) else message.id[0]


def strings(message: Message) -> list[str]:
    """All translated forms of a message."""
    return [message.string] if isinstance(message.string, str) else list(message.string)


def is_translated(message: Message | None) -> bool:
    """Whether a message has a French that nobody doubts."""
    return message is not None and not message.fuzzy and all(strings(message))


def package_folder(module: str) -> Path:
    """Where an installed package lies."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{module} is not installed: run this with the environment of the portal")
    return Path(spec.origin).parent


def ckan_french() -> Catalog:
    """CKAN's own French catalogue."""
    path = package_folder("ckan") / "i18n" / LANGUAGE / "LC_MESSAGES" / "ckan.po"
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def upstream_messages() -> Iterator[tuple[str, Extracted]]:
    """Every sentence that CKAN and the extensions may show to a person, with the source that owns it."""
    methods = [*mapping(), *UPSTREAM_TEMPLATES]
    for module in UPSTREAM:
        prefix = module.replace(".", "/")
        for found in extract(package_folder(module), methods, UPSTREAM_PRIVATE):
            if Path(found.file).stem not in UPSTREAM_PRIVATE:
                yield module, Extracted(f"{prefix}/{found.file}", found.id, ())
    for module, sentences in json.loads(COMPUTED.read_text(encoding="utf-8")).items():
        for sentence in sentences:
            id_ = sentence if isinstance(sentence, str) else tuple(sentence)
            yield module, Extracted(module.replace(".", "/"), id_, ())


def borrow(catalog: Catalog, corrected: set[str]) -> None:
    """Add to a catalogue the upstream sentences that have no French, and those whose French is corrected."""
    french = ckan_french()
    for module, found in upstream_messages():
        id_ = singular(found)
        theirs = french.get(id_)
        complete = is_translated(theirs) and (theirs.pluralizable or isinstance(found.id, str))
        if not complete or id_ in corrected:
            comment = CORRECTION if complete else f"Borrowed from {module}"
            catalog.add(found.id, locations=[(found.file, 0)], auto_comments=[comment])


def pot_path(package: str) -> Path:
    """The template of a package."""
    return ROOT / "ckanext" / package / "i18n" / f"ckanext-{package}.pot"


def po_path(package: str) -> Path:
    """The French catalogue of a package."""
    return pot_path(package).parent / LANGUAGE / "LC_MESSAGES" / f"ckanext-{package}.po"


def read_french(package: str) -> Catalog:
    """The French catalogue of a package as it is on disk, an empty one if there is none."""
    if not po_path(package).exists():
        return Catalog(locale=LANGUAGE)
    with po_path(package).open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def template(package: str) -> Catalog:
    """The template of a package as the code is now."""
    catalog = own_messages(package)
    if package == BORROWER:
        known = read_french(package)
        borrow(catalog, {singular(message) for message in known if CORRECTION in message.auto_comments})
    return catalog


def usable(catalog: Catalog, message: Message) -> Message | None:
    """The entry of a catalogue that translates a message in as many forms as it needs."""
    known = catalog.get(singular(message))
    fits = known is not None and known.pluralizable == message.pluralizable and all(strings(known))
    return known if fits else None


def merge(pot: Catalog, old: Catalog, ckan: Catalog) -> Catalog:
    """The French catalogue for a template.

    Args:
        pot: the sentences, as the code has them now.
        old: the French known so far; what is in it alone is dropped.
        ckan: CKAN's own French, taken for a sentence that CKAN has too.
    """
    catalog = StableCatalog(locale=LANGUAGE, project=pot.project, domain=pot.domain, fuzzy=False)
    for message in (message for message in pot if message.id):
        alike = [known for source in (old, ckan) if (known := usable(source, message)) is not None]
        empty = ("", "", "") if message.pluralizable else ""
        catalog.add(
            message.id,
            string=alike[0].string if alike else empty,
            locations=message.locations,
            auto_comments=message.auto_comments,
            user_comments=alike[0].user_comments if alike else (),
            flags={"fuzzy"} if alike and alike[0].fuzzy else (),
        )
    return catalog


def po_bytes(catalog: Catalog) -> bytes:
    """A catalogue as the text of a .po file."""
    for message in catalog:
        message.locations = sorted(set(message.locations))
        message.auto_comments = sorted(set(message.auto_comments))
    catalog.header_comment = f"# Messages of {catalog.project}; written by scripts/update_messages.py"
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=110, sort_output=True, include_lineno=False, omit_header=False)
    return buffer.getvalue()


def mo_bytes(catalog: Catalog) -> bytes:
    """A catalogue as the bytes of a .mo file."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def marks(text: str) -> Counter[str]:
    """Placeholders and HTML elements of a sentence, which a translation must keep."""
    return Counter(MARKS.findall(text))


def faults(message: Message) -> Iterator[str]:
    """What is wrong with the French of one message."""
    if message.fuzzy:
        yield "fuzzy"
    if not all(strings(message)):
        yield "not translated"
        return
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    if message.pluralizable and len(message.string) != 3:
        yield f"{len(message.string)} plural forms instead of 3"
    for index, string in enumerate(strings(message)):
        allowed = [marks(id_) for id_ in (ids if index == 0 else ids[-1:])]
        if marks(string) not in allowed:
            wanted = " ".join(sorted(allowed[-1].elements())) or "none"
            yield f"placeholders or elements differ, wanted {wanted}: {string!r}"
        if PLAIN_SPACE.search(string):
            yield f"a plain space where French wants one that does not break: {string!r}"


def problems(package: str, french: Catalog) -> list[str]:
    """What is wrong with the French of a package, one line each."""
    messages = (message for message in french if message.id)
    return [f"{package}: {fault}: {singular(message)!r}" for message in messages for fault in faults(message)]


def forms(value: str | list[str]) -> str | tuple[str, ...]:
    """A translation of a JSON file as a catalogue holds it.

    Two forms become three (one, millions, many), and spaces that must not break a line no longer do.
    """
    if isinstance(value, str):
        return PLAIN_SPACE.sub("\u00a0", value)
    one, *rest = (PLAIN_SPACE.sub("\u00a0", form) for form in value)
    return (one, rest[0], rest[-1])


def apply(translations: dict[str, str | list[str]], french: Catalog) -> list[str]:
    """Put translations into a catalogue.

    Returns:
        the msgids that the catalogue does not know, or knows with or without a plural otherwise than given.
    """
    refused = []
    for id_, value in translations.items():
        message = french.get(id_)
        if message is None or message.pluralizable != isinstance(value, list):
            refused.append(id_)
            continue
        message.string = forms(value)
        message.flags.discard("fuzzy")
    return refused


def outputs(package: str, additions: Additions) -> tuple[dict[Path, bytes], list[str]]:
    """The three files of a package as they should be, and what is wrong with them."""
    pot = template(package)
    if package == BORROWER and additions.get("corrections"):
        borrow(pot, set(additions["corrections"]))
    french = merge(pot, read_french(package), ckan_french())
    wanted = dict(additions.get(package, {}))
    if package == BORROWER:
        wanted.update(additions.get("corrections", {}))
    refused = apply(wanted, french)
    wrong = [f"{package}: unknown msgid, or a plural where there is none: {id_!r}" for id_ in refused]
    wrong += problems(package, french)
    files = {
        pot_path(package): po_bytes(pot),
        po_path(package): po_bytes(french),
        po_path(package).with_suffix(".mo"): mo_bytes(french),
    }
    return files, wrong


def main(arguments: list[str] | None = None) -> int:
    """Bring the catalogues up to date, or say what is not."""
    parser = argparse.ArgumentParser(description="Extract, merge, compile and check the message catalogues.")
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if something is missing")
    parser.add_argument("--apply", type=Path, metavar="FILE", help="JSON: {package: {msgid: msgstr}}")
    parser.add_argument("--package", choices=PACKAGES, action="append", help="this package only (repeatable)")
    options = parser.parse_args(arguments)
    additions = json.loads(options.apply.read_text(encoding="utf-8")) if options.apply else {}
    wrong = [f"{name}: no such package" for name in sorted(set(additions) - {*PACKAGES, "corrections"})]
    for package in options.package or PACKAGES:
        files, faulty = outputs(package, additions)
        wrong += faulty
        for path, content in files.items():
            if path.exists() and path.read_bytes() == content:
                continue
            if options.check:
                wrong.append(f"{package}: out of date: {path.relative_to(ROOT)}")
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    for line in wrong:
        print(line)
    print(f"{len(wrong)} to put right" if wrong else "catalogues complete")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
