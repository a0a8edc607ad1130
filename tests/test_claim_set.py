"""The evaluation set of claims keeps its own rules: known concepts, no sentence twice, every value in its text."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from bench.claims.entries import CONCEPTS, RELATIONS, Claim, Key, Sentence, frames_of, key_of, sentences

ALL = sentences()
DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "○": 0}
TENS = {"十": 10, "百": 100, "千": 1000}


def numbers(text: str) -> Iterator[float]:
    """Every number that a text holds, in figures of any width, with commas and spaces, or in words."""
    plain = re.sub(r"(?<=\d)[,， ](?=\d)", "", unicodedata.normalize("NFKC", text))
    yield from (float(found) for found in re.findall(r"\d+(?:\.\d+)?", plain))
    yield from (100.0 for _ in range("百分之百" in plain))
    yield from (float(found) * 10_000 for found in re.findall(r"(\d+(?:\.\d+)?)万", plain))
    for word in re.findall("[零〇○一二两三四五六七八九十百千]+", plain):
        yield worded(word)


def worded(word: str) -> float:
    total, digit = 0, 0
    for character in word:
        if character in TENS:
            total, digit = total + (digit or 1) * TENS[character], 0
        else:
            digit = DIGITS[character]
    return float(total + digit)


def faults(sentence: Sentence) -> Iterator[str]:
    """What is wrong with an entry."""
    printed = list(numbers(sentence.text))
    if sentence.difficulty not in ("plain", "trap") or not re.fullmatch(r"(no\.)?[a-z_]+(\.[a-z_]+)?", sentence.kind):
        yield "kind or difficulty"
    if sentence.kind.startswith("no.") and sentence.claims:
        yield "a kind of no claim has claims"
    yield from (f"not in the text: {words}" for words in sentence.either if words not in sentence.text)
    for claim in sentence.claims:
        if {claim.concept, *claim.also} - CONCEPTS or claim.relation not in RELATIONS:
            yield f"unknown: {claim}"
        if claim.unit not in sentence.text.replace("％", "%").replace("百分之", "%"):
            yield f"unit: {claim}"
        if claim.approximate != (claim.relation in ("≈", "≥")):
            yield f"approximate: {claim}"
        if claim.relation in ("=", "≈", "≥") and (claim.value is None or abs(claim.value) not in printed):
            yield f"value: {claim}"


def test_every_entry_claims_in_known_words_what_its_text_says() -> None:
    assert not {sentence.text: found for sentence in ALL if (found := list(faults(sentence)))}


def test_no_sentence_stands_twice_and_most_are_frames_of_their_own() -> None:
    assert len({re.sub(r"\s", "", sentence.text) for sentence in ALL}) == len(ALL) >= 650
    assert len(set(frames_of(ALL))) >= 600


def test_enough_of_every_sort() -> None:
    assert sum(not sentence.claims or sentence.difficulty == "trap" for sentence in ALL) >= 200
    assert sum(not sentence.claims for sentence in ALL) >= 170
    found = Counter(claim.concept for sentence in ALL for claim in sentence.claims)
    assert not CONCEPTS - found.keys()
    assert min(found[concept] for concept in ("intake", "processed", "carried_forward", "completion", "channel")) >= 30


def test_what_is_compared_folds_the_two_signs_of_an_approximate_number_and_the_wordings_of_completion() -> None:
    assert key_of("intake", "≈", 100) == key_of("intake", "≥", 100.0) != key_of("intake", "=", 100)
    assert key_of("completion", "=", 100) == key_of("completion", "universal", None)
    assert Claim("processed", "=", 7, also=("intake",)).keys == (Key("processed", "=", 7), Key("intake", "=", 7))
