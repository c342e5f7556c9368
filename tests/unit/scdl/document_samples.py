"""Files that are no table, made to hold people, to be unreadable, or to do harm."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
import zlib
from contextlib import closing

from pypdf import PdfReader, PdfWriter
from tests.unit.scdl.privacy_samples import IBAN, NIR_WRITTEN, csv_bytes

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
NAMED = "Réunion avec Mme Soazig LE GOFF"
PLAIN = "Le conseil a voté le budget de la commune"


def pdf(*pages: str, author: str = "", attached: bytes = b"") -> bytes:
    """A PDF with a line of text on each page; an empty line gives a page without text."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>"]
    kids = " ".join(f"{3 + 2 * number} 0 R" for number in range(len(pages)))
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>")
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    for number, text in enumerate(pages):
        shown = f"BT /F1 12 Tf 50 700 Td ({text}) Tj ET" if text else ""
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 {font} >> >> "
            f"/Contents {4 + 2 * number} 0 R >>"
        )
        objects.append(f"<< /Length {len(shown)} >>\nstream\n{shown}\nendstream")
    data = built(objects)
    if not author and not attached:
        return data
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(data)))
    if author:
        writer.add_metadata({"/Author": author})
    if attached:
        writer.add_attachment("agents.csv", attached)
    return written(writer)


def built(objects: list[str | bytes], root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1."""
    data, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(data))
        body = each if isinstance(each, bytes) else each.encode("cp1252")
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer


def locked_pdf() -> bytes:
    """A PDF that asks for a password."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(NAMED))))
    writer.encrypt("secret", algorithm="RC4-128")
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    """The bytes of a PDF."""
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def archive(files: dict[str, bytes]) -> bytes:
    """A ZIP of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return target.getvalue()


def docx(*paragraphs: str, more: dict[str, bytes] | None = None) -> bytes:
    """A DOCX whose paragraphs are cut into runs in the middle of words, as word processors do."""
    cut = "".join(f"<w:p><w:r><w:t>{text[:9]}</w:t></w:r><w:r><w:t>{text[9:]}</w:t></w:r></w:p>" for text in paragraphs)
    document = f'<w:document xmlns:w="{W}"><w:body>{cut}</w:body></w:document>'
    return archive({"word/document.xml": document.encode(), **(more or {})})


def odt(*paragraphs: str, more: dict[str, bytes] | None = None) -> bytes:
    """An ODT."""
    told = "".join(f"<text:p>{text[:9]}<text:span>{text[9:]}</text:span></text:p>" for text in paragraphs)
    content = f'<office:document-content xmlns:office="o" xmlns:text="t">{told}</office:document-content>'
    kind = b"application/vnd.oasis.opendocument.text"
    return archive({"mimetype": kind, "content.xml": content.encode(), **(more or {})})


def geojson(*properties: dict[str, object]) -> bytes:
    """A GeoJSON of points with these properties."""
    features = [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [-2.765432, 48.512345]}, "properties": each}
        for each in properties
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def geopackage(*rows: str) -> bytes:
    """A GeoPackage with a table of these texts, one of the format's own, and a view that nobody asks for."""
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE TABLE gpkg_contents (table_name TEXT)")
        database.execute('CREATE TABLE "les ""agents""" (fid INTEGER PRIMARY KEY, agent TEXT, geom BLOB)')
        database.executemany('INSERT INTO "les ""agents""" (agent) VALUES (?)', [(row,) for row in rows])
        endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT x FROM n"
        database.execute(f"CREATE VIEW endless AS {endless}")
        return database.serialize()


def bomb() -> bytes:
    """A small ZIP that unpacks to 400 MB."""
    return archive({"zeros.txt": bytes(400_000_000)})


def stream_bomb() -> bytes:
    """A PDF whose page is packed twice and unpacks to gigabytes."""
    packed = zlib.compress(zlib.compress(bytes(1 << 30), 9), 9)
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"
    stream = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%s\nendstream" % (len(packed), packed)
    tree = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return built(["<< /Type /Catalog /Pages 2 0 R >>", tree, page, stream])


def torn_pdf() -> bytes:
    """A PDF with a page whose notes are a number."""
    page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Annots 7 >>"
    tree = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return built(["<< /Type /Catalog /Pages 2 0 R >>", tree, page])


def looping_pdf() -> bytes:
    """A PDF whose tree of pages has itself as a branch."""
    return built(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 /Parent 2 0 R >>"])


def looping_form() -> bytes:
    """A PDF whose page draws a form that draws itself."""
    form = "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >> /Length 5 >>"
    page = "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>"
    tree = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    draws = "stream\n/X Do\nendstream"
    return built(["<< /Type /Catalog /Pages 2 0 R >>", tree, page, f"<< /Length 5 >>\n{draws}", f"{form}\n{draws}"])


def deep_pdf() -> bytes:
    """A PDF with an object that is a list in a list, a hundred thousand times."""
    return built(["<< /Type /Catalog /Pages 2 0 R >>", "[" * 100_000 + "]" * 100_000])


DOCUMENT_SAMPLES: dict[str, tuple[list[tuple[str, bytes]], list[tuple[str, bytes]]]] = {
    "author-document": ([("a.pdf", pdf(PLAIN, author="Yann Le Goff"))], [("a.pdf", pdf(PLAIN, author="LibreOffice"))]),
    "unread-image": ([("a.png", PNG)], [("a.pdf", pdf(PLAIN))]),
    "unread-scan": ([("a.pdf", pdf(PLAIN, "")), ("a.pdf", stream_bomb())], [("a.pdf", pdf(PLAIN, PLAIN))]),
    "unread-pages": ([("a.pdf", torn_pdf())], [("a.pdf", pdf(PLAIN))]),
    "unread-pictures": ([("a.docx", docx(PLAIN, more={"word/media/a.png": PNG}))], [("a.docx", docx(PLAIN))]),
    "unread-password": (
        [("a.pdf", locked_pdf()), ("a.odt", odt(PLAIN, more={"META-INF/manifest.xml": b"<a encryption-data=''/>"}))],
        [("a.pdf", pdf(PLAIN)), ("a.odt", odt(PLAIN))],
    ),
    "unread-damaged": (
        [
            ("a.gpkg", geopackage(PLAIN)[:2_000]),
            ("a.pdf", b"%PDF-1.7 and nothing more"),
            ("a.docx", docx(PLAIN)[:-30]),
            ("a.pdf", deep_pdf()),
        ],
        [("a.gpkg", geopackage(PLAIN)), ("a.pdf", pdf(PLAIN)), ("a.docx", docx(PLAIN))],
    ),
    "unread-zip-bomb": ([("a.zip", bomb())], [("a.zip", archive({"a.txt": bytes(1_000)}))]),
    "unread-archive": (
        [("a.zip", archive({"b.zip": archive({"c.csv": b"a;b"})}))],
        [("a.zip", archive({"b.docx": docx(PLAIN)}))],
    ),
    "unread-attachment": ([("a.pdf", pdf(PLAIN, attached=b"a;b"))], [("a.pdf", pdf(PLAIN))]),
    "unread-kind": ([("a.zip", archive({"a.exe": b"MZ"}))], [("a.zip", archive({"a.shp": b"\x00\x00\x27\x0a"}))]),
    "unread-file": (
        [("a.zip", archive({"a.xlsx": b"PK\x03\x04 broken"}))],
        [("a.zip", archive({"a.csv": b"a;b\n1;2\n"}))],
    ),
    "unread-rest": (
        [("a.zip", archive({f"{number}.txt": b"x" for number in range(250)}))],
        [("a.zip", archive({f"{number}.txt": b"x" for number in range(20)}))],
    ),
}
"""Files that give a code, and files that look alike and do not."""

PEOPLE: dict[str, tuple[str, bytes]] = {
    "pdf": ("a.pdf", pdf(PLAIN, f"Agent {NIR_WRITTEN}")),
    "docx": ("a.docx", docx(PLAIN, f"Agent {NIR_WRITTEN}")),
    "docx, deleted": ("a.docx", docx(PLAIN, more={"word/comments.xml": f"<p>{NIR_WRITTEN}</p>".encode()})),
    "odt": ("a.odt", odt(f"Agent {NIR_WRITTEN}")),
    "pptx": ("a.pptx", archive({"ppt/slides/slide1.xml": f"<p><t>{NIR_WRITTEN}</t></p>".encode()})),
    "geojson": ("a.geojson", geojson({"nom": "Mairie", "agent": NIR_WRITTEN})),
    "geopackage": ("a.gpkg", geopackage("Mairie", NIR_WRITTEN)),
    "json lines": ("a.json", b'{"a": 1}\n{"agent": "%s"}\n' % NIR_WRITTEN.encode()),
    "json, as a number": ("a.json", json.dumps({"numero secu": int("".join(NIR_WRITTEN.split()))}).encode()),
    "json, as a key": ("a.json", json.dumps({NIR_WRITTEN: 1}).encode()),
    "xml": ("a.xml", f"<a><b c='x'>{NIR_WRITTEN}</b></a>".encode()),
    "xml, attribute": ("a.xml", f"<a><b c='{NIR_WRITTEN}'/></a>".encode()),
    "xml, cut off": ("a.xml", f"<a><b>{NIR_WRITTEN}".encode()),
    "xml, with a document type": ("a.xml", f'<!DOCTYPE a [<!ENTITY x "y">]><a>{NIR_WRITTEN}</a>'.encode()),
    "kml": ("a.kml", f"<kml><Data name='agent'><value>{NIR_WRITTEN}</value></Data></kml>".encode()),
    "gpx": ("a.gpx", f"<gpx><wpt lat='48.5' lon='-2.7'><desc>{NIR_WRITTEN}</desc></wpt></gpx>".encode()),
    "ics": ("a.ics", f"BEGIN:VCALENDAR\nSUMMARY:{NIR_WRITTEN}\n".encode()),
    "kmz": ("a.kmz", archive({"doc.kml": f"<kml><name>{NIR_WRITTEN}</name></kml>".encode()})),
    "zip, text": ("a.zip", archive({"lisez-moi.txt": f"Agent {NIR_WRITTEN}".encode("cp1252")})),
    "zip, table": ("a.zip", archive({"agents.csv": csv_bytes(["agent", "site"], [[NIR_WRITTEN, "a"]] * 3)})),
    "zip, name": ("a.zip", archive({f"agent {NIR_WRITTEN}.txt": b"x"})),
    "zip, document": ("a.zip", archive({"note.docx": docx(f"Agent {NIR_WRITTEN}")})),
    "zip, shapefile": ("a.zip", archive({"a.shp": b"\x00", "a.dbf": b"\x03\x00" + f"  {NIR_WRITTEN}  ".encode()})),
}
"""A NIR in every kind of file, and in every place of it where one may stand."""

__all__ = ["DOCUMENT_SAMPLES", "IBAN", "NAMED", "PEOPLE", "PLAIN"]
