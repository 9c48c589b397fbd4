"""A key's form: what is issued, what is refused without a look-up, what is stored of it."""

import re
import string
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials import keys

BASE62 = string.digits + string.ascii_uppercase + string.ascii_lowercase
SCANNER = re.compile(r"aip[bs]_[0-9A-Za-z]{46}")  # what secret scanners are told to look for


def number(text: str) -> int:
    value = 0
    for char in text:
        value = value * 62 + BASE62.index(char)
    return value


def checked(head: str) -> bytes:
    """A text with its right checksum, whatever its form."""
    value, digits = zlib.crc32(head.encode()), ""
    for _ in range(6):
        value, digit = divmod(value, 62)
        digits = BASE62[digit] + digits
    return f"{head}{digits}".encode()


@pytest.mark.parametrize(("kind", "head"), [("browser", "aipb_"), ("server", "aips_")])
def test_new_keys_have_promised_form(kind, head):
    made = [keys.make(kind) for _ in range(200)]
    for key in made:
        assert SCANNER.fullmatch(key.text)
        assert key.text.startswith(head + key.public_id)
        assert len(key.public_id) == 8
        assert key.last_four == key.text[47:]
        assert number(key.text[-6:]) == zlib.crc32(key.text[:-6].encode())
        assert keys.well_formed(key.text.encode())
    assert len({key.text for key in made}) == len({key.public_id for key in made}) == 200


def test_every_changed_byte_is_refused():
    key = keys.make("server").text.encode()
    changed = (
        key[:at] + bytes([byte]) + key[at + 1 :]
        for at in range(len(key))
        for byte in range(256)
        if byte != key[at]
    )
    assert [text for text in changed if keys.well_formed(text)] == []


def test_swapped_neighbours_are_refused():
    key = keys.make("browser").text.encode()
    swapped = {
        key[:at] + key[at + 1 : at + 2] + key[at : at + 1] + key[at + 2 :]
        for at in range(len(key) - 1)
    } - {key}
    assert [text for text in swapped if keys.well_formed(text)] == []


@pytest.mark.parametrize(
    ("before", "after"), [("", "\n"), ("", " "), (" ", ""), ("", "A"), ("A", ""), ("", "\0")]
)
def test_additions_are_refused(before, after):
    assert not keys.well_formed(f"{before}{keys.make('server').text}{after}".encode())


@pytest.mark.parametrize(
    "head",
    [
        "",
        "aips_" + "0" * 39,
        "aips_" + "0" * 41,
        "aipx_" + "0" * 40,
        "AIPS_" + "0" * 40,
        "aips-" + "0" * 40,
        "aips_" + "0" * 39 + "-",
        "aips_" + "0" * 39 + "\u0660",
        " aips_" + "0" * 40,
        "aips_" + "0" * 40 + "\n",
    ],
)
def test_checksum_does_not_excuse_form(head):
    assert keys.well_formed(checked("aips_" + "0" * 40))
    assert not keys.well_formed(checked(head))


def test_cut_keys_are_refused():
    key = keys.make("server").text.encode()
    assert not any(keys.well_formed(key[:size]) for size in range(len(key)))


@given(st.one_of(st.binary(max_size=80), st.from_regex(SCANNER, fullmatch=True).map(str.encode)))
@settings(deadline=None, max_examples=200)
def test_checksum_alone_decides(text):
    shaped = SCANNER.fullmatch(text.decode("latin-1")) is not None
    right = shaped and number(text[-6:].decode()) == zlib.crc32(text[:-6])
    assert keys.well_formed(text) == right


def test_digest_depends_on_pepper():
    key = keys.make("server").text.encode()
    digests = {keys.digest(key, pepper) for pepper in (b"p" * 32, b"q" * 32, b"p" * 33)}
    assert len(digests) == 3
    assert {len(digest) for digest in digests} == {32}
    assert keys.digest(key, b"p" * 32) in digests


def test_new_key_hides_text():
    made = keys.make("server")
    shown = (repr(made), str(made), f"{made}", f"{[made]}")
    assert not any(made.text in text or made.text[13:45] in text for text in shown)
    assert made.public_id in repr(made)
