"""Sealed secrets: open for their own row under their own key, and for nothing else."""

import base64
import copy
import dataclasses
import json
import pickle
import string
import traceback

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.crypto import KeyRing, KeyRingError, Row, SealedError, Secret, new_key

TEXT = "sk-vendor-SECRET-7f3a9c"
ROW = Row(id="c1", scope="org", org="o1", service="heygen", version=3)
OLD_ENTRY, NEW_ENTRY = new_key("k1"), new_key("k2")
OLD = KeyRing.parse(OLD_ENTRY)
SEALED = OLD.seal(TEXT, ROW)


def opens(ring: KeyRing, sealed: str, row: Row = ROW) -> bool:
    try:
        return ring.open(sealed, row).reveal() is not None
    except SealedError as exc:
        assert TEXT not in str(exc)  # noqa: PT017  whichever way it fails
        return False


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=600))
@settings(deadline=None, max_examples=200)
def test_secrets_come_back_whole(text):
    sealed = OLD.seal(text, ROW)
    assert OLD.open(sealed, ROW).reveal() == text
    assert not text.isalnum() or len(text) < 8 or text not in sealed


def test_every_changed_character_is_refused():
    alphabet = string.printable + "é\0"
    changed = {
        SEALED[:at] + char + SEALED[at + 1 :] for at in range(len(SEALED)) for char in alphabet
    } - {SEALED}
    assert len(changed) > 10_000
    assert [text for text in changed if opens(OLD, text)] == []


def test_every_flipped_bit_is_refused():
    version, kid, *layers = SEALED.split(".")
    opened = []
    for at, layer in enumerate(layers):
        raw = base64.urlsafe_b64decode(layer + "=" * (-len(layer) % 4))
        for bit in range(len(raw) * 8):
            flipped = bytearray(raw)
            flipped[bit // 8] ^= 1 << bit % 8
            text = base64.urlsafe_b64encode(flipped).decode().rstrip("=")
            parts = [*layers[:at], text, *layers[at + 1 :]]
            opened += [bit] if opens(OLD, ".".join((version, kid, *parts))) else []
    assert opened == []


def test_cut_and_padded_texts_are_refused():
    cut = [SEALED[:size] for size in range(len(SEALED))]
    cut += [SEALED[size:] for size in range(1, len(SEALED))]
    padded = [SEALED + extra for extra in ("=", "==", ".", "A", "AAAA", "\n", " ")]
    padded += [extra + SEALED for extra in ("v1.", " ", ".", "A")]
    assert [text for text in cut + padded if opens(OLD, text)] == []


@given(st.text(max_size=300), st.text(max_size=300))
@settings(deadline=None, max_examples=200)
def test_made_up_texts_are_refused(wrapped, ciphertext):
    assert not opens(OLD, wrapped)
    assert not opens(OLD, f"v1.k1.{wrapped}.{ciphertext}")


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Row)])
def test_other_row_is_refused(name):
    value = getattr(ROW, name)
    other = dataclasses.replace(ROW, **{name: value + 1 if isinstance(value, int) else value + "x"})
    assert opens(OLD, SEALED)
    assert not opens(OLD, SEALED, other)


def test_shifted_field_borders_are_refused():
    rows = [
        Row(id="a", scope="org", org="bc", service="d", version=1),
        Row(id="a", scope="org", org="b", service="cd", version=1),
        Row(id="a", scope="orgb", org="c", service="d", version=1),
        Row(id="ao", scope="rg", org="bc", service="d", version=1),
    ]
    sealed = [OLD.seal(TEXT, row) for row in rows]
    opened = [[opens(OLD, text, row) for row in rows] for text in sealed]
    assert opened == [[a == b for b in range(len(rows))] for a in range(len(rows))]


def test_layers_do_not_mix():
    one, other = SEALED.split("."), OLD.seal(TEXT, ROW).split(".")
    assert not opens(OLD, ".".join((*one[:3], other[3])))
    assert not opens(OLD, ".".join((*other[:3], one[3])))


@pytest.mark.parametrize("head", ["v0.k1", "v2.k1", "V1.k1", "k1", "v1.k9", "v1.", "v1.K1", ".k1"])
def test_other_format_is_refused(head):
    assert not opens(OLD, SEALED.replace("v1.k1", head, 1))


def test_wrong_and_missing_keys_are_refused():
    empty = KeyRing.parse("")
    assert not empty
    assert not opens(empty, SEALED)
    assert not opens(KeyRing.parse(new_key("k1")), SEALED)
    with pytest.raises(SealedError):
        empty.seal(TEXT, ROW)
    with pytest.raises(SealedError):
        empty.rewrap(SEALED, ROW)


def test_key_id_is_authenticated():
    _, _, material = OLD_ENTRY.partition(":")
    twins = KeyRing.parse(f"k1:{material},k2:{material}")
    sealed = twins.seal(TEXT, ROW)
    assert opens(twins, sealed)
    assert not opens(twins, sealed.replace("v1.k1.", "v1.k2.", 1))


def test_rewrap_moves_only_the_data_key():
    both = KeyRing.parse(f"{NEW_ENTRY},{OLD_ENTRY}")
    after = KeyRing.parse(NEW_ENTRY)
    sealed = OLD.seal(TEXT, ROW)
    moved = both.rewrap(sealed, ROW)
    assert (OLD.current, both.current) == ("k1", "k2")
    assert [text.split(".")[1] for text in (sealed, moved)] == ["k1", "k2"]
    assert sealed.split(".")[2] != moved.split(".")[2]
    assert sealed.split(".")[3] == moved.split(".")[3]
    assert after.open(moved, ROW).reveal() == TEXT
    assert both.open(sealed, ROW).reveal() == TEXT
    assert not opens(OLD, moved)
    with pytest.raises(SealedError):
        both.rewrap(sealed, dataclasses.replace(ROW, service="elevenlabs"))


def test_nonces_differ_every_time():
    parts = [OLD.seal(TEXT, ROW).split(".") for _ in range(50)]
    for layer in (2, 3):
        assert len({part[layer][:16] for part in parts}) == 50


def test_both_base64_alphabets_are_read():
    raw = bytes(range(224, 256))  # holds both of the characters that differ
    forms = [base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode()]
    assert forms[0] != forms[1]
    forms += [form.rstrip("=") for form in forms]
    sealed = KeyRing.parse(f"k1:{forms[0]}").seal(TEXT, ROW)
    assert all(opens(KeyRing.parse(f" k1:{form} , "), sealed) for form in forms)


MATERIAL = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY"  # 32 bytes


@pytest.mark.parametrize(
    ("text", "position"),
    [
        (MATERIAL, 1),
        (f":{MATERIAL}", 1),
        (f"k1:{MATERIAL[:-2]}", 1),
        (f"k1:{MATERIAL}QUJD", 1),
        (f"k1:{MATERIAL[:-1]}!", 1),
        (f"k1:{MATERIAL[:-1]}é", 1),
        (f"k1 {MATERIAL}", 1),
        (f"k 1:{MATERIAL}", 1),
        (f"k.1:{MATERIAL}", 1),
        (f"{'k' * 33}:{MATERIAL}", 1),
        (f"k1:{MATERIAL},k2:{MATERIAL}:x", 2),
        (f"k1:{MATERIAL},k2", 2),
        (f"k1:{MATERIAL},k1:{MATERIAL}", None),
    ],
)
def test_bad_ring_is_named_without_material(text, position):
    with pytest.raises(KeyRingError) as caught:
        KeyRing.parse(text)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert MATERIAL[:12] not in shown
    assert position is None or f"entry {position} " in str(caught.value)


def test_ring_shows_ids_only():
    ring = KeyRing.parse(f"k1:{MATERIAL}")
    assert repr(ring) == str(ring) == "KeyRing(k1)"


def test_secret_never_shows_itself():
    secret = Secret(TEXT)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r}", "%s" % secret, f"{[secret]}"]  # noqa: UP031
    shown.append(json.dumps(secret, default=repr))
    assert not any(TEXT in text for text in shown)
    encoders = (json.dumps, msgspec.json.encode, msgspec.to_builtins, pickle.dumps)
    for carry in (*encoders, copy.copy, copy.deepcopy, dataclasses.asdict, vars, iter):
        with pytest.raises(TypeError) as caught:
            carry(secret)
        assert TEXT not in str(caught.value)
    assert secret.reveal() == TEXT
