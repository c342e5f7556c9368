"""Texts of PDF files: pages, forms, notes, and who wrote them; what is only a picture is said to be one."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError

from .gathering import Full, Gathered

MOST_PAGES = 2_000
MOST_NOTES = 10_000

# It tells what it makes of damaged files, and quotes them.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)


def read(data: bytes, into: Gathered) -> None:
    """Gather the texts of a PDF, page by page."""
    into.begin("page")
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not _opened(reader):
            into.miss("unread-password")
            return
        pages = reader.pages
        _gather_pages(pages[:MOST_PAGES], into)
        into.miss("unread-pages", max(len(pages) - MOST_PAGES, 0))
        _gather_around(reader, into)
    except (Full, MemoryError):
        raise
    except Exception:  # a file made to be wrong makes the library raise anything at all
        into.miss("unread-damaged")


def _opened(reader: PdfReader) -> bool:
    """Open a file that needs no password to be read, but has one against changes."""
    try:
        return bool(reader.decrypt(""))
    except DependencyError:  # AES takes a library that is not installed
        return False


def _gather_pages(pages: list[PageObject], into: Gathered) -> None:
    silent, broken = [], []
    for number, page in enumerate(pages, 1):
        try:
            text = page.extract_text()
            into.add(text, number)
            for note in _notes(page):
                into.add(note, number)
        except (Full, MemoryError):
            raise
        except Exception:  # as above; the other pages are still worth reading
            broken.append(number)
            continue
        if not text.strip():
            silent.append(number)
    into.miss("unread-scan", len(silent), silent)
    into.miss("unread-pages", len(broken), broken)


def _notes(page: PageObject) -> Iterator[str]:
    """Yield the notes that people stuck on a page, and what stands in its forms."""
    for entry in list(page.get("/Annots") or ())[:MOST_NOTES]:
        note = entry.get_object()
        for key in ("/Contents", "/V", "/T"):
            if isinstance(value := note.get(key), str):
                yield value


def _gather_around(reader: PdfReader, into: Gathered) -> None:
    into.miss("unread-attachment", len(reader.attachments))
    told: Any = reader.metadata
    if told and isinstance(told.author, str):
        into.authors.append(told.author)
    for text in (told.title, told.subject, told.get("/Keywords")) if told else ():
        if isinstance(text, str):
            into.add(text)
