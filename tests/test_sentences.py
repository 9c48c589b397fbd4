"""Text that arrives in pieces becomes sentences, none lost, none torn, in their order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.realtime.sentences import LONGEST, Splitter

ROWS = [
    ("Hello there. How are you? Fine! And", ["Hello there.", "How are you?", "Fine!"], ["And"]),
    ("Pi is 3.14 and e 2.71. So.", ["Pi is 3.14 and e 2.71."], ["So."]),
    ("Version 2.0. Next one.\n", ["Version 2.0.", "Next one."], []),
    ("Dr. Smith met J. R. Jones. They", ["Dr. Smith met J. R. Jones."], ["They"]),
    ("e.g. this one. And i.e. that one. ", ["e.g. this one.", "And i.e. that one."], []),
    ("I said no. Then left. ", ["I said no.", "Then left."], []),
    ("It is no. 5 there. ", ["It is no. 5 there."], []),
    ("Apples, etc. and pears. Then etc. The", ["Apples, etc. and pears.", "Then etc."], ["The"]),
    ("At 5 p.m. on Monday. At 6 p.m. We go", ["At 5 p.m. on Monday.", "At 6 p.m."], ["We go"]),
    ("Wait... what? Well... Then go. ", ["Wait... what?", "Well...", "Then go."], []),
    ("Hmm… no way. Yes… Then. ", ["Hmm… no way.", "Yes…", "Then."], []),
    ('He said "Stop." Then he left. ', ['He said "Stop."', "Then he left."], []),
    ('"What?" he asked. Fine. ', ['"What?" he asked.', "Fine."], []),
    ("Wow!!! Really?! Yes. ", ["Wow!!!", "Really?!", "Yes."], []),
    ("你好。今天怎么样？很好！再见", ["你好。", "今天怎么样？", "很好！"], ["再见"]),
    ("「はい。」と言った。次", ["「はい。」", "と言った。"], ["次"]),
    ("1. Buy milk. 2. Go home. ", ["1. Buy milk.", "2. Go home."], []),
    ("Go to example.com. Now. ", ["Go to example.com.", "Now."], []),
    ("A title\n\nThe text", ["A title"], ["The text"]),
    ("never finished", [], ["never finished"]),
    ("   \n \n ", [], []),
]


@pytest.mark.parametrize(("text", "complete", "rest"), ROWS)
def test_sentences_end_where_people_end_them(
    text: str, complete: list[str], rest: list[str]
) -> None:
    splitter = Splitter()
    assert splitter.feed(text) == complete
    assert splitter.flush() == rest
    assert splitter.flush() == []


@pytest.mark.parametrize("row", [row for row in ROWS if "「" not in row[0]], ids=lambda row: row[0])
def test_letter_by_letter_makes_the_same_sentences(row: tuple[str, list[str], list[str]]) -> None:
    text, complete, rest = row
    splitter = Splitter()
    found = [sentence for letter in text for sentence in splitter.feed(letter)]
    assert found + splitter.flush() == complete + rest


@given(st.lists(st.text(alphabet='ab .!?…。\n"3D', max_size=40), max_size=20))
def test_nothing_is_lost_or_turned_round(chunks: list[str]) -> None:
    splitter = Splitter()
    found = [sentence for chunk in chunks for sentence in splitter.feed(chunk)]
    found += splitter.flush()
    assert "".join("".join(found).split()) == "".join("".join(chunks).split())
    assert all(sentence.strip() == sentence != "" for sentence in found)


def test_endless_sentence_is_spoken_in_parts() -> None:
    splitter = Splitter()
    text = "word " * 500
    found = splitter.feed(text) + splitter.flush()
    assert " ".join(found) == text.strip()
    assert max(map(len, found)) <= LONGEST
    assert len(found) == 3


def test_word_without_end_is_cut() -> None:
    found = Splitter().feed("x" * 2500)
    assert [len(part) for part in found] == [LONGEST, LONGEST]
