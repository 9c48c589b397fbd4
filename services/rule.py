"""Whose ids an action names, makes and lists: the form of the vendors' tables. Plain values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Literal

NONE: Mapping[str, str] = {}
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_ID_LIKE = re.compile(r"(?:.*_)?(?:ids?|uuids?|guids?|keys?)")


@dataclass(frozen=True)
class Rule:
    """What one action has to do with the things of an account. Places are mapped to kinds of ids.

    Of a request, places begin with `path`, `query` or `body`; of an answer they are below `data`.
    `[]` stands for each item of a list and `*` for each member of an object. A body's place mapped
    to `@SLUG` holds what the body of that action holds.

    `shared` says what the action is on an account that orgs share: harmless (`yes`), held to ids
    of the org (`own`), a list of which the org sees its part (`filtered`), refused (`no`).
    """

    shared: Literal["yes", "own", "filtered", "no"]
    uses: Mapping[str, str] = field(default_factory=dict)
    alters: Mapping[str, str] = field(default_factory=dict)  # uses after which it is another thing
    makes: Mapping[str, str] = field(default_factory=dict)  # of a read: what its things brought up
    lists: Mapping[str, str] = field(default_factory=dict)  # where the ids of a list's items are
    unless: Mapping[str, str] = field(default_factory=dict)  # place -> body's field: then not made


@dataclass(slots=True)
class Branch:
    """What is known of one place in a request, and what lies below.

    `must`: whether an id there must be the org's own where orgs share the account; None: no id.
    """

    must: bool | None = None
    below: dict[str, Branch] = field(default_factory=dict)


@dataclass(frozen=True)
class Ownership:
    """A vendor's rules, by action, and what it calls ids wherever they stand.

    A kind is private unless it is `common`: of those an account also has some that are there for
    everybody, the vendor's or the operator's.
    """

    rules: Mapping[str, Rule]
    names: Mapping[str, str] = field(default_factory=dict)  # of fields and parameters -> kind
    common: frozenset[str] = frozenset()
    free: Mapping[str, str] = field(default_factory=dict)  # looks like an id and is none: why
    rehearsal: str = ""  # how the ids begin that the vendor never sees

    def private(self, kind: str) -> bool:
        return bool(kind) and kind not in self.common

    def must(self, name: str) -> bool | None:
        """As a `Branch` says it, of what stands under a name at a place that no rule knows."""
        plain = normal(name)
        if plain in self.names:
            return self.private(self.names[plain])
        return False if plain not in self.free and _ID_LIKE.fullmatch(plain) else None

    @cached_property
    def trees(self) -> Mapping[str, Branch]:
        """The rules' places as trees, by action; `path`, `query` and `body` are at the top."""
        return {slug: self._tree(slug) for slug in self.rules}

    def _tree(self, slug: str) -> Branch:
        top, rule = Branch(), self.rules[slug]
        for places, altered in ((rule.uses, False), (rule.alters, True)):
            for place, kind in self._spelled(places):
                branch = top
                for step in steps(place):
                    branch = branch.below.setdefault(step, Branch())
                branch.must = altered or self.private(kind)
        return top

    def _spelled(self, places: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        for place, kind in places.items():
            if not kind.startswith("@"):
                yield place, kind
                continue
            for inner, own in self.rules[kind[1:]].uses.items():
                yield inner.replace("body", place, 1), own

    def uses(self, slug: str) -> Mapping[str, str]:
        """Every place of a request that holds an id, with its kind."""
        rule = self.rules[slug]
        return dict(self._spelled({**rule.uses, **rule.alters}))


@lru_cache(maxsize=1024)
def steps(place: str) -> tuple[str, ...]:
    """`videos[].id` as `videos`, `[]`, `id`."""
    return tuple(step for step in place.replace("[]", ".[]").split(".") if step)


@lru_cache(maxsize=4096)
def _normal(name: str) -> str:
    inner = re.split(r"[.\[]", name.replace("[]", ""))[-1].rstrip("]")
    return _WORDS.sub("_", inner).replace("-", "_").lower()


def normal(name: str) -> str:
    """How a field's name is looked up: `voiceId`, `voice-id` and `filter[voice_id]` are one."""
    return _normal(name) if len(name) <= 64 else ""


def kinds(rules: Iterable[Rule]) -> frozenset[str]:
    """All kinds that the rules speak of."""
    return frozenset(
        kind
        for rule in rules
        for places in (rule.uses, rule.alters, rule.makes, rule.lists)
        for kind in places.values()
        if not kind.startswith("@")
    )
