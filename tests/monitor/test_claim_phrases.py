"""Every kind of phrase of reports, phrased anew, is read as the claims that it makes; what only looks like one is none."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from bench.claims.entries import sentences as written
from monitor.claims.claim import Claim
from monitor.claims.grammar import read_claims

PHRASES = tomllib.loads((Path(__file__).parent / "claim_phrases.toml").read_text(encoding="utf-8"))["phrase"]
RELATIONS = ("=", "≈", "≥")


def said(claim: Claim) -> str:
    return f"{claim.concept} {claim.relation}" + (f" {claim.value}" if claim.relation in RELATIONS else "")


@pytest.mark.parametrize("phrase", PHRASES, ids=[phrase["text"][:24] for phrase in PHRASES])
def test_a_phrase_makes_its_claims_and_no_other(phrase: dict[str, object]) -> None:
    before, text = str(phrase.get("last", "")), str(phrase["text"])
    claims = read_claims([(1, before + text)], int(str(phrase.get("year", 2023))))
    wanted = phrase.get("claims", [])
    assert isinstance(wanted, list)
    assert Counter(said(one) for one in claims if one.start >= len(before)) == Counter(wanted)


def test_the_phrases_are_of_our_own_and_many() -> None:
    texts = [phrase["text"] for phrase in PHRASES]
    assert len(set(texts)) == len(texts) > 90
    assert not set(texts) & {sentence.text for sentence in written()}


@pytest.mark.parametrize("phrase", PHRASES, ids=[phrase["text"][:24] for phrase in PHRASES])
def test_a_claim_says_where_it_stands(phrase: dict[str, object]) -> None:
    """As printed, spaces and full width and all: the clause at its place, the number or the word that denies at its own."""
    text = "前言。\n" + str(phrase.get("last", "")) + str(phrase["text"])
    for one in read_claims([(1, text)], 2023):
        assert text[one.start :].replace(" ", "").startswith(one.clause.replace(" ", ""))
        assert 0 <= one.at < len(text) - one.start
        assert not text[one.start + one.at].isspace()
