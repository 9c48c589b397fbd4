"""Text that arrives in pieces, cut into the sentences that are complete. Pure."""

from __future__ import annotations

import re

LONGEST = 1000  # characters that a vendor speaks at a time

_CERTAIN = "。！？｡"  # end a sentence at once: no space follows them in Chinese and Japanese
_CLOSING = "\"'”’»）)]』」】"
_END = re.compile(rf"([.!?]+|[{_CERTAIN}]+|…+)([{re.escape(_CLOSING)}]*)|\n\s*\n")
# After these a sentence goes on, as a rule.
_ABBREVIATIONS = frozenset(
    ("mr", "mrs", "ms", "dr", "prof", "sr", "jr", "st", "vs", "inc", "ltd", "corp", "approx",
     "dept", "gov", "hon", "lt", "rev", "sgt", "ave", "blvd", "mt", "e.g", "i.e", "cf", "resp",
     "ca", "bzw", "z.b", "d.h", "u.a", "str", "hr", "fr", "sra", "mme", "mlle")
)  # fmt: skip
# After these it goes on when a number follows.
_NUMBERED = frozenset(("no", "nos", "nr", "fig", "vol", "art", "pp"))
# After these it may go on or end: the next letter tells.
_DOUBTFUL = frozenset(("etc", "a.m", "p.m", "u.s", "u.k", "u.n", "ph.d"))


class Splitter:
    """Takes text as it comes; gives each sentence once, in order, when its end is certain."""

    def __init__(self, rest: str = "") -> None:
        self.rest = rest

    def feed(self, text: str) -> list[str]:
        """The sentences that are complete now."""
        self.rest += text
        found: list[str] = []
        while (end := _end(self.rest)) is not None:
            sentence, self.rest = self.rest[:end].strip(), self.rest[end:].lstrip()
            found += _pieces(sentence)
        while len(self.rest) > LONGEST:
            first, self.rest = _halved(self.rest)
            found.append(first)
        return found

    def flush(self) -> list[str]:
        """What is left when no more comes, finished or not."""
        left, self.rest = self.rest.strip(), ""
        return _pieces(left)


def _end(text: str) -> int | None:
    """Where the first sentence ends; None while that cannot be told."""
    for found in _END.finditer(text):
        marks, after = found[1], text[found.end() :]
        if marks is None:
            if text[: found.start()].strip():
                return found.end()
        elif not after and marks[0] not in _CERTAIN:
            return None  # a digit, another dot or a quotation mark may follow
        elif marks[0] in _CERTAIN or _ends(text[: found.start()], found, after):
            return found.end()
    return None


def _goes_on(after: str) -> bool:
    rest = after.lstrip()
    return bool(rest) and rest[0].islower()


def _ends(before: str, found: re.Match[str], after: str) -> bool:
    """Whether such marks end the sentence before them; they do so only where a space follows."""
    if not after[0].isspace():
        return False
    marks, following = found[1], after.lstrip()
    if "!" in marks or "?" in marks:
        return not found[2] or (bool(following) and not _goes_on(after))
    if len(marks) > 1 or marks == "…":
        return bool(following) and not _goes_on(after)
    word = (before.split() or [""])[-1].lstrip("([\"'“‘«").lower()
    if word in _DOUBTFUL:
        return bool(following) and following[0].isupper()
    if word in _NUMBERED:
        return bool(following) and not following[0].isdigit()
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha() and word != "i"):
        return False
    return not (word.isdigit() and word == before.strip())  # `1.` at the head of a list


def _pieces(sentence: str) -> list[str]:
    found: list[str] = []
    while len(sentence) > LONGEST:
        first, sentence = _halved(sentence)
        found.append(first)
    return [*found, sentence] if sentence else found


def _halved(text: str) -> tuple[str, str]:
    """The longest beginning that may be spoken, up to a comma or a space where there is one."""
    head = text[:LONGEST]
    cut = max(head.rfind(", ") + 1, head.rfind("，") + 1, head.rfind("、") + 1)
    cut = cut if cut > LONGEST // 2 else head.rfind(" ")
    cut = cut if cut > 0 else LONGEST
    return text[:cut].strip(), text[cut:].lstrip()
