"""The evaluation set of claims keeps its own rules: known concepts, no sentence twice, every value in its text."""

import re
from collections import Counter
from collections.abc import Iterator

from bench.claims.entries import (
    CONCEPTS,
    RELATIONS,
    Claim,
    Key,
    Sentence,
    frames_of,
    held_against_itself,
    key_of,
    sentences,
)
from bench.claims.figures import numbers
from bench.claims.scoring import Found, Score

ALL = sentences()


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


def test_texts_that_contradict_themselves_stand_beside_texts_that_only_seem_to() -> None:
    found = held_against_itself()
    assert len({tied.text for tied in found}) == len(found)
    assert {tied.rule for tied in found} == {"claim.internal", "claim.share", "claim.two_numbers"}
    assert min(Counter(tied.verdict for tied in found).values()) >= 30
    assert {tied.verdict for tied in found} == {"fail", "holds"}


def test_what_is_compared_folds_signs_of_an_approximate_number_zeros_and_wordings_of_completion() -> None:
    assert key_of("intake", "≈", 100) == key_of("intake", "≥", 100.0) != key_of("intake", "=", 100)
    assert key_of("remedies", "denial", 0) == key_of("remedies", "=", 0)
    assert key_of("completion", "=", 100) == key_of("completion", "universal", None)
    assert Claim("processed", "=", 7, also=("intake",)).keys == (Key("processed", "=", 7), Key("intake", "=", 7))


def test_a_score_counts_what_was_found_and_leaves_out_what_may_be_read_either_way() -> None:
    sentence = Sentence(
        "收到申请4件，均已办结，办结率100%，修改7件。",
        "intake",
        "plain",
        (Claim("intake", "=", 4), Claim("completion", "universal"), Claim("completion", "=", 100)),
        either=("修改7件",),
    )
    score = Score()
    read = [Found("intake", "=", 4, 0, 6), Found("completion", "universal", None, 7, 11)]
    assert score.add(sentence, [*read, Found("documents_made", "=", 7, 20, 24)]) == ([], [])
    assert (score.recall(), score.precision()) == (1.0, 1.0)
    assert score.add(sentence, [Found("processed", "=", 4, 0, 6)])[0] == ["intake", "completion"]
    assert (score.recall(), score.precision()) == (0.5, 2 / 3)
