"""Which org a vendor's id belongs to, in the database and in this process's memory.

An owner never changes, so what is known to be an org's own stays known. That nobody made an id is
believed for NOBODYS seconds: another worker may record it. Who is refused is looked up anew.
"""

from __future__ import annotations

import hashlib
import time
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from django.db import transaction

from jobs.models import Owned

Thing = tuple[str, str]  # kind, the vendor's id
Owners = frozenset[uuid.UUID]
NOBODY: Owners = frozenset()
NOBODYS = 30.0  # seconds
REMEMBERED = 65_536  # ids of this process, in each of two generations
LONGEST = 255  # characters of an id; longer ones are filed under their digest
_AT_ONCE = 500  # ids in one query
_PREFIX = "urn:uuid:"


def record(org_id: uuid.UUID, service: str, things: Iterable[Thing]) -> None:
    """Note that the org made these, unless somebody else did; inside the caller's transaction."""
    rows = {(kind, folded(text)): text for kind, text in things if text}
    if not rows:
        return
    Owned.objects.bulk_create(
        [  # in one order everywhere, so that no two transactions wait for each other
            Owned(service=service, kind=kind, resource=_kept(text), folded=fold, org_id=org_id)
            for (kind, fold), text in sorted(rows.items())
        ],
        ignore_conflicts=True,
    )
    forget = partial(memory.drop, service, tuple(rows.values()))
    forget()
    transaction.on_commit(forget)


def owners(service: str, ids: Iterable[str]) -> Mapping[str, Owners]:
    """Who owns each of these ids, whatever its kind; those that nobody made are left out."""
    spelled: dict[str, list[str]] = {}
    for text in ids:
        spelled.setdefault(folded(text), []).append(text)
    found: dict[str, set[uuid.UUID]] = {}
    for some in _pieces(list(spelled)):
        rows = Owned.objects.filter(service=service, folded__in=some)
        for fold, org_id in rows.values_list("folded", "org_id"):
            found.setdefault(fold, set()).add(org_id)
    return {text: frozenset(orgs) for fold, orgs in found.items() for text in spelled[fold]}


def of_org(org_id: uuid.UUID, service: str, kind: str) -> Sequence[str]:
    """The org's ids of one kind, the newest first."""
    rows = Owned.objects.filter(org_id=org_id, service=service, kind=kind)
    return list(rows.order_by("-id").values_list("resource", flat=True))


def looked_up(service: str, ids: Iterable[str]) -> Mapping[str, Owners]:
    """As `owners`, and remembered from then on."""
    texts = tuple(dict.fromkeys(ids))
    turn = memory.turn
    found = owners(service, texts)
    memory.keep(service, {text: found.get(text, NOBODY) for text in texts}, turn)
    return found


def claimed(org_id: uuid.UUID, service: str, things: Sequence[Thing]) -> Mapping[str, Owners]:
    """Record these in a transaction of their own, and say whose they are now."""
    with transaction.atomic():
        record(org_id, service, things)
    return looked_up(service, [text for _, text in things])


def folded(text: str) -> str:
    """What all spellings of an id have in common that a vendor may take for the same.

    Case, spaces, dashes and widths; a UUID's prefix and braces. Two ids of a vendor differ in more.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    low = plain.strip().casefold().removeprefix(_PREFIX)
    fold = "".join(filter(str.isalnum, low))
    return fold if fold and len(fold) <= LONGEST else _digest(text)


def _kept(text: str) -> str:
    """The id as it is written down: a database takes no NUL, no half characters, nothing long."""
    clean = text.isprintable() and len(text) <= LONGEST
    return text if clean else _digest(text)


def _digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _pieces(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), _AT_ONCE):
        yield texts[start : start + _AT_ONCE]


class Memory:
    """Who owns what, as far as this process asked lately. Any thread may use it.

    What is asked for moves to the young generation; the old one goes when the young one is full.
    """

    def __init__(self, size: int = REMEMBERED, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.turn = 0  # grows when something is recorded: what was read before may be old
        self._size = size
        self._young: dict[tuple[str, str], tuple[Owners, float]] = {}
        self._old: dict[tuple[str, str], tuple[Owners, float]] = {}

    def owners(self, service: str, text: str) -> Owners | None:
        """None when it is not known."""
        key = (service, text)
        entry = self._young.get(key)
        if entry is None:
            entry = self._old.get(key)
            if entry is None:
                return None
            self._put(key, entry)
        orgs, until = entry
        return orgs if orgs or self.clock() < until else None

    def keep(self, service: str, found: Mapping[str, Owners], turn: int) -> None:
        """Remember what was read at `turn`."""
        until = self.clock() + NOBODYS
        for text, orgs in found.items():
            if len(text) <= LONGEST and (orgs or turn == self.turn):
                self._put((service, text), (orgs, until))

    def drop(self, service: str, texts: Iterable[str]) -> None:
        """Nothing is known of these any more, nor of what nobody owned: spellings differ."""
        self.turn += 1
        for text in texts:
            self._young.pop((service, text), None)
            self._old.pop((service, text), None)

    def clear(self) -> None:
        self._young, self._old = {}, {}

    def _put(self, key: tuple[str, str], entry: tuple[Owners, float]) -> None:
        if len(self._young) >= self._size:
            self._young, self._old = {}, self._young
        self._young[key] = entry


memory = Memory()
