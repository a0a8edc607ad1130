"""The real reports beside the project: every claim of the five seeds with its verdict, and what the others contradict."""

from pathlib import Path

import pytest

from extract.model import Report
from extract.reading import read_report
from monitor.checking.drafts import Draft, Judgement, judge_drafts
from monitor.reconcile.claimed import JudgedClaim
from monitor.reconcile.rulebook import load
from tests.corpus import CORPUS, NEEDED

pytestmark = NEEDED
# What each seed states, in order: concept, relation, value; `fail` and `not_assessable` are said, all else passes.
SEEDS = {
    "seed_000": ["processing_fee denial"],
    "seed_001": [
        "intake = 9",
        "natural_person universal",
        "brought_forward = 0",
        "granted_in_part = 2",
        "not_existing = 5",
        "carried_forward = 2",
        "processing_fee denial",
    ],
    "seed_002": [
        "intake = 54",
        "brought_forward = 2",
        "granted = 33",
        "granted_in_part = 9",
        "refused.deliberative_process = 6",
        "unavailable.not_held = 4",
        "not_processed.excessive = 2",
        "carried_forward = 2",
        "remedies denial fail",
        "processing_fee denial",
    ],
    "seed_003": [
        "documents_made = 3",
        "documents_in_force = 27 fail",
        "documents_repealed = 25",
        "documents_amended = 7 not_assessable",
        "natural_person universal",
        "intake = 8",
        "completion universal",
        "reconsideration = 0",
        "litigation = 0",
        "accountability denial not_assessable",
        "processing_fee denial",
    ],
    "seed_004": [],
}
# The rules on prose that fail, with what they are about; every other document of the corpus contradicts nowhere.
CONTRADICT = {
    "seed_002.txt": {("claim.negation", "remedies")},
    "seed_003.txt": {("claim.cell", "documents_in_force")},
    "shanghai_office_2019.html": {
        ("claim.universal", "remedies.upheld"),
        ("claim.share", "share"),
        ("claim.internal", "outcomes"),
    },
}
DOCUMENTS = sorted([*CORPUS.glob("seeds/*"), *CORPUS.glob("documents/*")])
PASSING = {"huaian_city_2024.pdf": 14, "hongze_district_2023.pdf": 3, "pingtan_2022.txt": 8, "pingtan_2023.txt": 15}


def judged(path: Path) -> Judgement | None:
    report = read_report(path.read_bytes(), path.name)
    if not isinstance(report, Report):
        return None
    (found,) = judge_drafts([Draft(path, "", report)], load())
    return found


def said(one: JudgedClaim) -> str:
    value = f" {one.claim.value}" if one.claim.relation == "=" else ""
    verdict = "" if one.verdict == "pass" else f" {one.verdict}"
    return f"{one.claim.concept} {one.claim.relation}{value}{verdict}"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed_states_what_the_handbook_says_and_nothing_else(seed: str) -> None:
    found = judged(CORPUS / "seeds" / f"{seed}.txt")
    assert found is not None
    assert [said(one) for one in found.claims] == SEEDS[seed]


def test_of_29_claims_of_the_seeds_25_hold_two_fail_and_two_cannot_be_judged() -> None:
    verdicts = [one.rpartition(" ")[2] for some in SEEDS.values() for one in some]
    assert (len(verdicts), verdicts.count("fail"), verdicts.count("not_assessable")) == (29, 2, 2)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_a_document_contradicts_itself_where_it_does_and_nowhere_else(path: Path) -> None:
    found = judged(path)
    failed = {(one.rule, one.subject) for one in found.others if one.verdict == "fail"} if found else set()
    assert {one for one in failed if one[0].startswith("claim.")} == CONTRADICT.get(path.name, set())
    verdicts = [one.verdict for one in found.claims] if found else []
    assert verdicts.count("pass") >= PASSING.get(path.name, 0)


def test_a_denial_that_fails_quotes_the_word_that_narrows_it() -> None:
    found = judged(CORPUS / "seeds" / "seed_002.txt")
    assert found is not None
    (denial,) = [one for one in found.claims if one.verdict == "fail"]
    assert denial.claim.limits == ("上述答复",)
    assert denial.claim.clause == "上述答复未引发诉讼及复议"
    assert {(one.row, one.value) for one in denial.tried[0].operands} == {
        ("reconsideration", 16),
        ("litigation_direct", 11),
        ("litigation_after_reconsideration", 6),
    }
