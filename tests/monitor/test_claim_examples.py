"""Every concept of the dictionary is read out of its own examples; a pattern runs only where it can match."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from bench.claims.entries import sentences as written
from crawler.ground.errors import UsageError
from monitor.claims import dictionary as dictionaries
from monitor.claims.claim import Claim
from monitor.claims.dictionary import FILE, dictionary
from monitor.claims.grammar import read_claims
from monitor.claims.sentences import sentences
from monitor.claims.signs import signs_of

DATA = tomllib.loads((files("monitor") / "rules" / FILE).read_text(encoding="utf-8"))
EXAMPLES = [
    (text, f"{entry.get('concept', name)} {said}", bool(entry.get("weak")))
    for name, entry in DATA["concept"].items()
    for text, said in entry.get("examples", {}).items()
] + [(text, said, False) for text, said in DATA["part"]["examples"].items()]


def said(claim: Claim) -> str:
    return f"{claim.concept} {claim.relation}" + (f" {claim.value}" if claim.relation == "=" else "")


@pytest.mark.parametrize(("text", "wanted", "weak"), EXAMPLES)
def test_an_example_claims_what_it_says(text: str, wanted: str, weak: bool) -> None:
    claims = read_claims([(1, text)], 2023)
    assert wanted in map(said, claims)
    assert all(one.weak == weak for one in claims if said(one) == wanted)


def test_every_concept_has_an_example_and_none_stands_twice() -> None:
    assert not [name for name, entry in DATA["concept"].items() if not entry.get("examples")]
    assert len({text for text, _, _ in EXAMPLES}) == len(EXAMPLES)


def test_no_example_is_a_sentence_of_the_evaluation_set() -> None:
    assert not {text for text, _, _ in EXAMPLES} & {sentence.text for sentence in written()}


def test_a_word_is_never_without_one_of_its_signs() -> None:
    """Else a sentence would not be searched for it: every match in all that we have of prose."""
    texts = [one.text for entry in written() for one in sentences(entry.text)] + [text for text, _, _ in EXAMPLES]
    met = set()
    for word in dictionary().words:
        for match in (match for text in texts for match in word.pattern.finditer(text)):
            assert word.signs & set(match[0]), (word.name, match[0])
            met.add(word.name)
    assert len(met) > 60


@pytest.mark.parametrize(
    ("pattern", "signs"),
    [
        ("复议", "复"),
        ("(?:行政)?诉讼", "诉"),
        ("(?:收到|接到)(?:的)?", "收接"),
        ("[甲乙]丙?", "甲乙"),
        ("(?<![征验回])收(?=[政申])", "收"),
        ("第?\\d{1,3}件", "件"),
        ("(?:一|(?:二|三))(?!四)", "一二三"),
        ("政策{1,2}", "政"),
    ],
)
def test_the_signs_of_a_pattern_are_what_it_cannot_do_without(pattern: str, signs: str) -> None:
    assert signs_of(pattern) == frozenset(signs)
    assert re.compile(pattern)


@pytest.mark.parametrize("pattern", ["(?:甲)?", "\\d+", "[^,]{0,3}", "甲|乙?", "$"])
def test_a_pattern_that_may_match_without_any_character_of_its_own_has_no_signs(pattern: str) -> None:
    assert signs_of(pattern) is None


@pytest.mark.parametrize("pattern", ["甲)", "(甲", "(?:甲|乙"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises((ValueError, IndexError)):
        signs_of(pattern)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ('[concept.odd]\nwords = ["(?:甲)?"]', "odd"),
        ('[concept.odd]\nwords = ["甲("]', "odd"),
        ('[concept.odd]\nword = ["甲"]', "unknown key word"),
    ],
)
def test_a_wrong_entry_is_named(entry: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rest = (files("monitor") / "rules" / FILE).read_text(encoding="utf-8")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / FILE).write_text(f"{rest}\n{entry}\n", encoding="utf-8")
    monkeypatch.setattr(dictionaries, "files", lambda _: tmp_path)
    with pytest.raises(UsageError, match=says):
        dictionary.__wrapped__()
