"""Encodings: each is told by what the bytes prove, read whole, or refused with the line."""

from __future__ import annotations

import codecs
import random

import pytest

from ckanext.scdl.core import messages
from ckanext.scdl.core.decoding import Decoded, decode, windows_text
from ckanext.scdl.core.report import Issue
from ckanext.scdl.core.table import Refused

LATIN = "nom,lieu\nÉlise Hélary,Trégueux\nNoël à Noé,Côtes-d'Armor\nça où,Lannion\n"
WORDS = "nom,montant\nPlœuc et le cœur,12 €\nL'HAŸ,3\nŒuvre,4\n"


def _mixed(text: str) -> bytes:
    lines = text.splitlines(keepends=True)
    return b"".join(line.encode("utf-8" if number % 2 else "cp1252") for number, line in enumerate(lines))


ENCODINGS = {
    "utf-8": (lambda text: text.encode(), "utf-8", ()),
    "utf-8-sig": (lambda text: text.encode("utf-8-sig"), "utf-8-sig", ()),
    "utf-16-le": (lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"), "utf-16-le", ()),
    "utf-16-be": (lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"), "utf-16-be", ()),
    "utf-16-le-bare": (lambda text: text.encode("utf-16-le"), "utf-16-le", ("utf-16-no-bom",)),
    "utf-16-be-bare": (lambda text: text.encode("utf-16-be"), "utf-16-be", ("utf-16-no-bom",)),
    "cp1252": (lambda text: text.encode("cp1252"), "cp1252", ("encoding",)),
    "latin-1": (lambda text: text.encode("latin-1"), "cp1252", ("encoding",)),
    "latin-9": (lambda text: text.encode("iso-8859-15"), "iso-8859-15", ("latin-9",)),
    "bom-cp1252": (
        lambda text: codecs.BOM_UTF8 + text.encode("cp1252"), "cp1252", ("false-bom", "encoding"),
    ),
    "mixed": (_mixed, "utf-8+cp1252", ("mixed-encodings",)),
    "twice": (lambda text: text.encode().decode("cp1252").encode(), "utf-8", ("mojibake",)),
}  # fmt: skip
"""How a text is written in each encoding, how it is then said to be read, and what was assumed."""


@pytest.mark.parametrize("name", ENCODINGS)
def test_each_encoding_is_read_and_named(name: str) -> None:
    """The text is the same whatever wrote it, and what was assumed is said."""
    text = WORDS if name == "latin-9" else LATIN.replace("à", "où") if name == "twice" else LATIN
    write, encoding, assumed = ENCODINGS[name]
    decoded = decode(write(text))
    assert (decoded.text, decoded.encoding, decoded.assumed) == (text, encoding, assumed)


@pytest.mark.parametrize("encoding", ["cp1252", "iso-8859-15", "utf-8", "utf-16"])
def test_euro_and_ligatures_are_told_apart(encoding: str) -> None:
    """Windows and Latin-9 keep œ, Ÿ and € at different places."""
    assert decode(WORDS.encode(encoding)).text == WORDS


@pytest.mark.parametrize("text", ["durée 8½ h\n", "¼ de tour, ½ journée\n", "prix : ¾\n", "2½h\n"])
def test_fractions_are_not_taken_for_letters(text: str) -> None:
    """A half after a digit is a half."""
    assert decode(text.encode("latin-1")).text == text


@pytest.mark.parametrize("text", ["«LIBERTÉ»\n", "L’ÉCOLE ’É’\n", "À «COTÉ»\nnoël\n", "été… 3 – 4\nMûr’\n", "12 €\n"])
def test_windows_text_that_looks_like_utf8_by_accident_stays_windows(text: str) -> None:
    """Capital accents before a closing quote form UTF-8 pairs that mean nothing."""
    decoded = decode(text.encode("cp1252"))
    assert (decoded.text, decoded.encoding) == (text, "cp1252")


def test_a_character_that_is_wrong_far_down_counts() -> None:
    """No sample decides: the last line may change the encoding of the file."""
    data = b"a,b\n" + b"1,2\n" * 60_000 + "é,ù\n".encode("cp1252")
    assert decode(data).encoding == "cp1252"


def test_one_line_may_hold_both_encodings() -> None:
    """A cell pasted from elsewhere is read as what it is."""
    decoded = decode("é;".encode() + "è\n".encode("cp1252"))
    assert (decoded.text, decoded.assumed) == ("é;è\n", ("mixed-encodings",))


def test_text_encoded_twice_through_latin_1_is_undone() -> None:
    """Latin-1 leaves control characters where Windows leaves signs."""
    assert decode("Société à l’été\n".encode().decode("latin-1").encode()).text == "Société à l’été\n"


@pytest.mark.parametrize("text", ["BÂTIMENT et CHÂTEAU, Ångström\n", "Ã© et été\n"])
def test_right_characters_are_never_undone(text: str) -> None:
    """Where one character beyond ASCII is right as it stands, the file is left as it is."""
    decoded = decode(text.encode())
    assert (decoded.text, decoded.assumed) == (text, ())


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        ("a;b\né;1\n".encode("utf-32"), "utf-32", None),
        ("a;b\né;1\n".encode("utf-32-le"), "utf-32", None),
        ("a;b\né;1\n".encode("utf-32-be"), "utf-32", None),
        ("a;b\n1;2\nMaternité Sévigné;2\n".encode("cp850"), "old-encoding", 3),
        ("a;b\nDéjà là, complète;2\n".encode("cp437"), "old-encoding", 2),
        ("a;b\nMaternité Trégueux;2\n".encode("mac_roman"), "old-encoding", 2),
        (b"a;b\r1;2\r\x81;2\r", "encoding", 3),
        (b"a;b\n1;2\n3;\x00\n", "nul-bytes", 3),
        (b"a;b\n1;2\n" + b"\x00" * 500, "nul-bytes", 3),
        ("a;b\n1;2\n".encode("utf-16") + b"\x00\xd8\n\x00", "encoding", 3),
        ("a;b\n1;2\n".encode("utf-16") + b"a", "encoding", 3),
        ("a;b\n\x00;2\n".encode("utf-16"), "nul-bytes", 2),
    ],
    ids=lambda value: "bytes" if isinstance(value, bytes) else None,
)
def test_what_cannot_be_known_is_refused_with_its_line(data: bytes, code: str, line: int | None) -> None:
    """Nothing is guessed among encodings that look alike."""
    with pytest.raises(Refused) as refusal:
        decode(data)
    assert (refusal.value.code, refusal.value.line) == (code, line)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_assumption_has_its_sentence(lang: str) -> None:
    """What was assumed about an encoding is said whole."""
    for _, _, assumed in ENCODINGS.values():
        for code in assumed:
            assert messages.sentence(Issue(code, level="warning"), lang).endswith(".")


@pytest.mark.parametrize("seed", range(300))
def test_lines_that_are_windows_text_by_themselves_are_so_in_their_file(seed: int) -> None:
    """A file may be decoded in parts as long as none of them could make the whole anything else."""
    chance = random.Random(seed)
    telling = [b"\xe9", b"\xc3\xa9", b"\xa4", b"\xbd", b"\xbe", b"\x92", b"\x82", b"\x8a", b"\xe2\x80", b"\x81"]
    signs = [b"a", b"e", b"S", b"1", b" ", b"\n", *chance.sample(telling, 2)]
    part = b"".join(chance.choices(signs, k=30))
    text = windows_text(part)
    if text is not None:
        assert decode(b"\xe9t\xe9\n" + part) == Decoded("été\n" + text, "cp1252", ("encoding",))
