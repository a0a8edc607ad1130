"""Texts that are used again: last year's with another year, a neighbour's with its name left in; boilerplate is nobody's."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from sqlite_utils import Database

from crawler.ground.config import Config, ReuseSettings, parse_config
from crawler.ground.errors import UsageError
from extract.form.form_file import FORMS
from extract.model import Report, Section
from extract.store.write import Reading, save
from monitor.checking.check import check, fingerprint, judged_by
from monitor.findings import Finding, load
from monitor.reconcile.passages import compare, mask, names_masked
from monitor.reconcile.shared_text import body_names, signs_of
from monitor.reuse import signatures
from monitor.reuse.minhash import bands
from monitor.reuse.signatures import sign
from monitor.words.finding import finding_lines

NOW = datetime(2026, 2, 10, tzinfo=UTC)
WORDS = [
    "窗口人员",
    "口袋手册",
    "跟班学习",
    "轮训",
    "公文拟制",
    "公开属性",
    "法制机构",
    "逐件复核",
    "图解",
    "短视频",
    "融媒体中心",
    "撰稿人",
    "留言",
    "统一受理",
    "首问负责",
    "台账",
    "销号",
    "目录",
    "栏目",
    "失效链接",
    "同义词表",
    "检索",
    "公报",
    "无障碍",
    "大字版式",
    "便民点",
    "查阅架",
    "村社区",
    "会议公开",
    "政策吹风会",
    "数据发布",
    "清单",
    "救助",
    "托育",
    "就业",
    "项目环节",
    "进度",
    "周边居民",
    "抽查",
    "隐私",
    "遮盖",
    "档案",
    "移交",
    "编码",
    "解读",
    "问答",
    "关联",
    "知识库",
    "热线",
    "来电",
    "更新",
    "手机版",
    "格式",
    "大小",
    "文号",
    "期次",
    "评议",
    "问卷",
    "回收",
    "监督科",
    "点评",
    "满意度",
    "自查",
    "第三方",
    "观察员",
    "意见",
    "答复",
    "培训",
    "案例",
    "办件",
    "口径",
    "流动",
    "熟悉",
    "形式",
    "单一",
    "偏少",
    "滞后",
    "衔接",
    "审核",
    "登记",
    "时限",
]
BOILER = (
    "公开意识有待进一步加强，公开内容不够全面，公开形式有待丰富，业务能力有待提高，下一步将加强学习培训，健全工作机制。"
)


def prose(seed: object, sentences: int = 6) -> str:
    """Sentences that nobody else writes."""
    dice = random.Random(f"reuse/{seed}")
    return "".join("，".join("".join(dice.sample(WORDS, 3)) for _ in range(3)) + "。" for _ in range(sentences))


def stored(
    db: Database, name: str, year: int, five: str, one: str = "", *, published: str = "", version: str = ""
) -> None:
    table = {table: FORMS.due(2023).table(table).name for table in ("T2", "T3", "T4")}  # type: ignore[union-attr]  # every form has these tables
    sections = (
        Section(1, "一、总体情况", one or prose((name, year, 1))),
        Section(5, "五、存在的主要问题及改进情况", five),
    )
    report = Report(f"{name}{year}年年报", name, year, table, (), sections=sections)
    key = f"{name}/{year}"
    reading = Reading(
        sha256(f"{key}{version}".encode()).hexdigest(),
        f"http://127.0.0.1/{key}",
        report,
        "2026-01-10",
        published or None,
    )
    save(db, [reading], "test", NOW)


def judged(db: Database, rule: str, config: Config | None = None, *, everything: bool = False) -> list[Finding]:
    result = check(db, config or Config(), NOW, everything=everything)
    assert not result.failed
    assert not result.undone
    return load(db, "rule = ? and status <> 'resolved'", [rule])


def names(found: Sequence[Finding]) -> list[tuple[str, int]]:
    return sorted((one.message.partition("（")[0].partition("20")[0], one.key.year) for one in found)


# --- two texts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2023年公开120条，占33.5%。", "2024年公开98条，占８.1％。"),
        ("全年公开一百二十条信息，召开三次会议。", "全年公开九十条信息，召开十二次会议。"),
        ("示例县民政局认真落实；示例县各部门配合。", "民政局认真落实，各部门配合！"),
        ("（一）主动公开方面\n修订目录，增加清单。", "修订目录\n增加清单"),
        ("Ａｂｃ平台，上线。", "ABC 平台上线"),
    ],
)
def test_figures_years_own_names_marks_and_heads_do_not_count(one: str, other: str) -> None:
    own = names_masked(body_names("示例县民政局"))
    assert mask(one, own).letters == mask(other, own).letters


def test_a_head_within_a_sentence_is_text() -> None:
    assert "主动公开" in mask("（一）主动公开方面做得不够，需要改进。").letters


def test_passages_are_shown_as_they_are_printed() -> None:
    one, other = (
        mask("前言不同。2024年，修订目录12项，\n增加清单。"),
        mask("别的开头！2023年，修订目录９项，增加清单；"),
    )
    found = compare(one, other, frozenset(), 5)
    ((mine, theirs),) = found.passages
    assert one.text[mine.start : mine.end] == "年，修订目录12项，\n增加清单"
    assert other.text[theirs.start : theirs.end] == "年，修订目录９项，增加清单"


@pytest.mark.parametrize(
    "text", ["甲" * 300_000, "（" * 300_000, "一二三" * 100_000, "a\n" * 200_000, "\u0300" * 300_000]
)
def test_a_long_text_is_compared_in_bounded_time(text: str) -> None:
    found = compare(mask(text), mask(text + "乙"), frozenset(), 5)
    assert found.own <= 40_000


def test_the_same_text_has_the_same_bands_and_one_with_an_edit_shares_one() -> None:
    text = mask(prose("bands", 12)).shingles
    assert bands(set(text)) == bands(dict.fromkeys(reversed(text)))
    assert set(bands(set(text))) & set(bands(set(text[: len(text) * 9 // 10])))
    assert not set(bands(set(text))) & set(bands(set(mask(prose("others", 12)).shingles)))


@pytest.mark.parametrize(
    ("name", "sign"),
    [("邻水县水利局", "邻水县"), ("青石市云岭区教育局", "云岭区"), ("青石市教育局", ""), ("灵溪镇人民政府", "灵溪镇")],
)
def test_what_betrays_another_body(name: str, sign: str) -> None:
    assert signs_of(name) == ((name, sign) if sign else (name,))


# --- last year's text ------------------------------------------------------------------------------------------------


def test_a_report_issued_again_with_another_year_is_to_be_explained(db: Database) -> None:
    five, one = prose("five"), "{year}年，示例县民政局公开信息{count}条。" + prose("one")
    stored(db, "示例县民政局", 2023, five, one.format(year=2023, count=120))
    stored(db, "示例县民政局", 2024, five, one.format(year=2024, count=98))
    (found,) = judged(db, "reuse.last_year")
    assert (found.key.year, found.finding_class, found.evidence["facts"]["before"]) == (2024, "explain", 2023)
    assert "100%" in found.message
    assert "100%" in found.message_en
    assert found.evidence["passages"][0]["other_text"] in one.format(year=2023, count=120)
    assert "2024年" not in found.evidence["passages"][0]["other_text"]


@pytest.mark.parametrize(("kept", "told"), [(2, ""), (4, "confirm"), (6, "explain")])
def test_the_share_decides(db: Database, kept: int, told: str) -> None:
    old = [prose(("old", number), 1) for number in range(6)]
    new = [*old[:kept], *(prose(("new", number), 1) for number in range(6 - kept))]
    for year, sentences in ((2023, old), (2024, new)):
        stored(db, "示例县民政局", year, "".join(sentences[:3]), "".join(sentences[3:]))
    assert [one.finding_class for one in judged(db, "reuse.last_year")] == ([told] if told else [])


def test_the_bounds_are_those_of_the_configuration(db: Database) -> None:
    old = [prose(("old", number), 1) for number in range(6)]
    new = [*old[:4], prose("new", 2)]
    for year, sentences in ((2023, old), (2024, new)):
        stored(db, "示例县民政局", year, "".join(sentences[:3]), "".join(sentences[3:]))
    assert len(judged(db, "reuse.last_year")) == 1
    high = replace(Config(), reuse=ReuseSettings(last_year=0.8))
    assert judged_by(high) != judged_by(Config()) == fingerprint()
    assert judged(db, "reuse.last_year", high) == []
    assert len(judged(db, "reuse.last_year")) == 1


@pytest.mark.parametrize(
    "lines", ["last_year = 0", "other_body = 1.5", "boilerplat = 0.2", "last_year = 0.95", 'last_year = "half"']
)
def test_a_mistake_in_the_bounds_names_its_line(lines: str) -> None:
    with pytest.raises(UsageError, match="line 2"):
        parse_config(f"[reuse]\n{lines}\n".encode(), Path("gouji.toml"))


def test_passages_stand_side_by_side_on_the_terminal(db: Database) -> None:
    for year in (2023, 2024):
        stored(db, "示例县民政局", year, prose("five"), f"{year}年，\x1b[31m" + prose("one"))
    (found,) = judged(db, "reuse.last_year")
    lines = finding_lines("zh", found, {})
    assert lines[2].startswith("        2024  ")
    assert lines[3].startswith("        2023  ")
    assert "\x1b" not in "".join(lines)


def test_a_rewritten_report_settles_it(db: Database) -> None:
    for year in (2023, 2024):
        stored(db, "示例县民政局", year, prose("five"), prose("one"))
    assert len(judged(db, "reuse.last_year")) == 1
    stored(db, "示例县民政局", 2024, prose("new five"), prose("new one"), version="2")
    assert judged(db, "reuse.last_year") == []


# --- another body's text ---------------------------------------------------------------------------------------------


def copied(db: Database, *, left: str = "", first: str = "2025-01-08", second: str = "2025-01-20") -> None:
    text = "{name}" + prose("neighbour", 8) + "{place}各单位已通报。"
    stored(db, "邻水县水利局", 2024, text.format(name="邻水县水利局", place="邻水县"), published=first)
    place = left or "示例县"
    stored(db, "示例县水利局", 2024, text.format(name="示例县水利局", place=place), published=second)


def test_a_copy_that_still_names_its_neighbour_is_told(db: Database) -> None:
    copied(db, left="邻水县", first="2025-01-20", second="2025-01-08")
    (found,) = judged(db, "reuse.other_body")
    assert names([found]) == [("示例县水利局", 2024)]
    assert (found.finding_class, found.responsibility) == ("confirm", "source")
    assert "邻水县水利局2024" in found.message
    assert "还留有“邻水县”" in found.message
    assert found.evidence["passages"][0]["agency"] == "邻水县水利局"
    assert len(found.evidence["passages"][0]["document"]) == 64


def test_without_a_name_left_over_the_later_one_is_told_and_nobody_blamed(db: Database) -> None:
    copied(db)
    (found,) = judged(db, "reuse.other_body")
    assert (names([found]), found.responsibility) == ([("示例县水利局", 2024)], "unclear")
    assert "无从判断" in found.message


def test_a_copy_of_last_year_is_told_and_the_earlier_one_is_not(db: Database) -> None:
    stored(db, "邻水县水利局", 2023, prose("neighbour", 8))
    stored(db, "示例县水利局", 2024, prose("neighbour", 8))
    assert names(judged(db, "reuse.other_body")) == [("示例县水利局", 2024)]


def test_the_original_may_be_found_after_its_copy(db: Database) -> None:
    stored(db, "示例县水利局", 2024, prose("neighbour", 8), published="2025-01-20")
    assert judged(db, "reuse.other_body") == []
    stored(db, "邻水县水利局", 2024, prose("neighbour", 8), published="2025-01-08")
    assert names(judged(db, "reuse.other_body")) == [("示例县水利局", 2024)]


@pytest.mark.parametrize("who", ["示例县水利局", "邻水县水利局"])
def test_once_one_of_the_two_is_rewritten_it_is_settled(db: Database, who: str) -> None:
    copied(db)
    assert len(judged(db, "reuse.other_body")) == 1
    stored(db, who, 2024, prose("rewritten", 8), version="2")
    assert judged(db, "reuse.other_body") == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("示例县人民政府", "示例县人民政府办公室"), ("示例县水利局", "示例县水利局云岭分局")],
)
def test_who_publishes_for_another_copies_nobody(db: Database, one: str, other: str) -> None:
    for name in (one, other):
        stored(db, name, 2024, prose("same", 8))
    assert judged(db, "reuse.other_body") == []


def test_two_reports_that_share_boilerplate_are_silent(db: Database) -> None:
    for name in ("示例县水利局", "邻水县水利局"):
        stored(db, name, 2024, BOILER + prose(name, 4))
    assert judged(db, "reuse.other_body") == []


def test_what_many_bodies_say_is_learned_and_counts_on_neither_side(db: Database) -> None:
    common = prose("common", 5)
    for number in range(10):
        stored(
            db,
            f"第{number}县{'水电教工林'[number % 5]}利局",
            2024,
            common + (prose(number, 5) if number < 8 else prose("copy", 4)),
        )
    found = judged(db, "reuse.other_body")
    assert {one.key.agency for one in found} <= {"第8县林利局", "第9县林利局", "第8县工利局"}
    assert len(found) == 2  # published on no known day: both are told
    shingles = {row[0] for row in db.execute("select shingle from _reuse_common where scope = ''")}
    assert set(mask(common).shingles) <= shingles
    assert not set(mask(prose(3, 5)).shingles) & shingles


def test_last_year_s_text_that_everybody_has_is_not_the_body_s_own(db: Database) -> None:
    for number in range(10):
        for year in (2023, 2024):
            stored(db, f"{'甲乙丙丁戊己庚辛壬癸'[number]}县水利局", year, prose("common", 9), prose((number, year), 9))
    assert judged(db, "reuse.last_year") == []


# --- incremental, killed ---------------------------------------------------------------------------------------------


def test_only_what_is_new_is_signed_and_a_kill_is_made_good(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        stored(db, f"{'甲乙丙丁戊己'[number]}县水利局", 2024, prose(number, 6))
    monkeypatch.setattr(signatures, "BATCH", 4)
    real = signatures._sign
    calls: list[Sequence[int]] = []

    def signing(db: Database, reports: Sequence[int], common: dict[str, frozenset[str]]) -> None:
        if calls:
            raise KeyboardInterrupt
        calls.append(reports)
        real(db, reports, common)

    monkeypatch.setattr(signatures, "_sign", signing)
    with pytest.raises(KeyboardInterrupt):
        sign(db)
    monkeypatch.setattr(signatures, "_sign", real)
    assert db.execute("select count(*) from _reuse_signed").fetchone() == (4,)
    assert sign(db) == 2
    assert sign(db) == 0
    stored(db, "甲县水利局", 2024, prose("new", 6), version="2")
    assert sign(db) <= 2  # the new one and the one that it supersedes
    assert db.execute("select count(*) from _reuse_signed").fetchone() == (6,)
    assert db.execute("select count(distinct report) from _reuse_bands").fetchone() == (6,)


def test_the_damaged_text_of_one_body_costs_that_body_alone(db: Database) -> None:
    copied(db)
    for number in range(6):
        stored(db, f"{'甲乙丙丁戊己'[number]}县水利局", 2024, prose(number, 6))
    damaged = db.execute("select id, agency from reports where agency_name = '甲县水利局'").fetchone()
    db.execute("update sections set text = null where report = ? and section = 5", [damaged[0]])
    result = check(db, Config(), NOW)
    assert result.undone == ()
    assert set(result.failed) <= {damaged[1]}
    assert len(load(db, "rule = 'reuse.other_body'")) == 1
    db.execute("update findings set evidence = '{' where rule = 'reuse.other_body'")
    stored(db, "邻水县水利局", 2024, prose("rewritten", 8), version="2")
    assert check(db, Config(), NOW).undone == ()


def test_bands_of_another_kind_are_made_anew(db: Database) -> None:
    copied(db)
    assert sign(db) == 2
    db.execute("update _reuse_signed set kind = 'of an earlier version'")
    assert sign(db) == 2
    assert len(judged(db, "reuse.other_body")) == 1


# --- confessions and promises ----------------------------------------------------------------------------------------


def test_the_same_confession_three_years_running_is_noted_with_its_sentences(db: Database) -> None:
    trouble = "窗口人员流动较快，新人对公开口径不熟。"
    for year in (2022, 2023, 2024):
        stored(db, "示例县民政局", year, f"{prose(year, 2)}{year}年，{trouble}")
    (found,) = judged(db, "reuse.confession")
    assert (found.key.year, found.finding_class, found.key.subject) == (2024, "info", "report")
    assert [one["year"] for one in found.evidence["passages"]] == [2023, 2022]
    assert all("口径不熟" in one["text"] and "口径不熟" in one["other_text"] for one in found.evidence["passages"])


def test_a_promise_stands_beside_the_section_of_the_next_year(db: Database) -> None:
    for year in (2023, 2024):
        stored(
            db, "示例县民政局", year, f"{prose(year, 2)}下一步，将编写窗口人员口袋手册，办两期轮训，并公布考核结果。"
        )
    (found,) = judged(db, "reuse.confession")
    assert (found.key.subject, found.finding_class) == ("promised", "info")
    assert found.evidence["passages"][0]["other_text"].startswith("下一步，将编写")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "'; drop table findings; --", "=1+1", "\x1b[31m", "{left}{0}"]
)
def test_what_looks_like_a_language_is_text(db: Database, text: str) -> None:
    for name in ("示例县水利局", "邻水县水利局"):
        stored(db, name, 2024, f"{text}{prose('same', 8)}{text}")
    assert len(judged(db, "reuse.other_body")) == 2
