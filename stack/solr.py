"""Solr from Maven Central's jars: the search server, and a schema made of CKAN's and ours."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import urllib.error
import urllib.request
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from .errors import StackError, ending
from .layout import Layout
from .ports import LOOPBACK
from .supervisor import Service
from .terminal import say

CORES = ("ckan", "ckan_test", "ckan_e2e")
WORD_LISTS = ("synonyms.txt", "protwords.txt", "stopwords.txt", "articles_fr.txt")


def merge_schema(ckan_schema: str, additions: str) -> str:
    """CKAN's schema.xml with our types, fields and copies added to it.

    Raises:
        StackError: CKAN's schema already has a field of that name, so an update of CKAN wants a look.
    """
    schema = ElementTree.fromstring(ckan_schema)
    ours = ElementTree.fromstring(additions)
    types, fields = schema.find("types"), schema.find("fields")
    if types is None or fields is None:
        raise StackError(
            "CKAN's schema.xml no longer has <types> and <fields>: config/solr/fields.xml cannot be added."
        )
    taken = {element.get("name") for element in [*types, *fields]}
    for group, target in (("types", types), ("fields", fields)):
        for element in ours.iterfind(f"{group}/*"):
            if element.get("name") in taken:
                raise StackError(
                    f"CKAN's schema.xml already has « {element.get('name')} »: rename it in config/solr/fields.xml."
                )
            target.append(element)
    for element in ours.iterfind("copies/*"):
        schema.append(element)
    return ElementTree.tostring(schema, encoding="unicode", xml_declaration=False)


def _jars_mark(layout: Layout) -> Path:
    pom = layout.root / "config" / "solr" / "pom.xml"
    return layout.solr / "lib" / f".{hashlib.sha256(pom.read_bytes()).hexdigest()[:16]}"


def has_jars(layout: Layout) -> bool:
    """Whether the jars that config/solr/pom.xml names are all there."""
    return _jars_mark(layout).exists()


def fetch_jars(layout: Layout) -> None:
    """The jars that config/solr/pom.xml names, once for each content of that file."""
    if has_jars(layout):
        return
    say("Fetching Solr's jars from Maven Central (70 MB, the first time)")
    folder = layout.solr / "lib"
    shutil.rmtree(folder, ignore_errors=True)
    done = subprocess.run(
        [
            "mvn",
            "-q",
            "-B",
            "-f",
            str(layout.root / "config" / "solr" / "pom.xml"),
            "dependency:copy-dependencies",
            f"-DoutputDirectory={folder}",
            "-DincludeScope=runtime",
        ],
        cwd=layout.home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-8:])
        raise StackError(f"Maven could not fetch Solr's jars: {ending(done.returncode)}. Its last words:\n{tail}")
    _jars_mark(layout).touch()


def write_home(layout: Layout) -> None:
    """Solr's home with its cores: CKAN's schema with our additions, our settings, our lists of words."""
    source = layout.root / "config" / "solr"
    installed = list(layout.venv.glob("lib/python3*/site-packages/ckan/config/solr/schema.xml"))
    if not installed:
        raise StackError(
            "CKAN's schema.xml was not found in the environment: run bin/portal reset --all, then bin/portal up."
        )
    schema = merge_schema(installed[0].read_text("utf-8"), (source / "fields.xml").read_text("utf-8"))
    _write(layout.solr / "home" / "solr.xml", "<solr/>\n")
    _write(layout.solr / "web" / "WEB-INF" / "web.xml", (source / "web.xml").read_text("utf-8"))
    for core in CORES:
        folder = layout.solr / "home" / core
        _write(folder / "core.properties", f"name={core}\n")
        _write(folder / "conf" / "schema.xml", schema)
        for name in ("solrconfig.xml", *WORD_LISTS):
            _write(folder / "conf" / name, (source / name).read_text("utf-8"))


def _version(layout: Layout) -> str:
    """A mark of what the server reads when it starts: another one makes `up` start it again."""
    mark = hashlib.sha256(_jars_mark(layout).name.encode())
    for path in [
        layout.root / "config" / "solr" / "jetty.xml",
        *sorted((layout.solr / "home").glob("*/conf/*")),
    ]:
        mark.update(path.read_bytes())
    return mark.hexdigest()[:16]


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text("utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def service(layout: Layout, port: int) -> Service:
    """The server's process, on loopback."""
    logs = layout.solr / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    return Service(
        name="solr",
        argv=[
            shutil.which("java") or "java",
            "-Xms128m",
            "-Xmx512m",
            f"-Dsolr.solr.home={layout.solr / 'home'}",
            f"-Dsolr.log.dir={logs}",
            f"-Dsolr.install.dir={layout.solr}",
            "-Dlog4j2.level=WARN",
            "-Djava.awt.headless=true",
            "-cp",
            f"{layout.solr / 'lib'}/*",
            "org.eclipse.jetty.xml.XmlConfiguration",
            str(layout.root / "config" / "solr" / "jetty.xml"),
            f"solr.port={port}",
            f"solr.web={layout.solr / 'web'}",
        ],
        cwd=str(layout.solr),
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PORTAL_VERSION": _version(layout)},
        port=port,
    )


def url(port: int, core: str) -> str:
    """The address of a core."""
    return f"http://{LOOPBACK}:{port}/solr/{core}"


def is_ready(port: int, core: str) -> bool:
    """Whether the core answers its ping."""
    try:
        with urllib.request.urlopen(f"{url(port, core)}/admin/ping?wt=json", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False
