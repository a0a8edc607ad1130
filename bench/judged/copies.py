"""Copies and honest siblings over the whole road: added, read, checked; what is told of reuse is compared."""

import json
import random
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from bench.judged.asked import Asked
from bench.judged.drafts import DATA, fill
from bench.judged.page import Page

BACKGROUND = 40
LEAD = (
    "{year}年，{body}坚持以习近平新时代中国特色社会主义思想为指导，深入贯彻落实党的二十大精神，"
    "认真执行《中华人民共和国政府信息公开条例》，以公开促落实、促规范、促服务。"
)
NO_FEE = "{year}年{body}未收取政府信息公开信息处理费。"
LAST, OTHER, CONFESSED = "reuse.last_year", "reuse.other_body", "reuse.confession"


class Told(NamedTuple):
    """A finding of reuse."""

    agency: str
    year: int
    rule: str


def copies_asked(folder: Path | None) -> Asked:
    """Every scenario among honest reports of others, in one data directory."""
    asked = Asked("copies")
    with tempfile.TemporaryDirectory() as made:
        pages = folder / "copies" if folder else Path(made) / "pages"
        pages.mkdir(parents=True, exist_ok=True)
        wanted: set[Told] = set()
        for page, tells in (*background(), *scenarios()):
            (pages / f"{page.body}-{page.year}.html").write_text(page.html(), encoding="utf-8")
            wanted |= {Told(page.body, page.year, rule) for rule in tells}
            asked.count += 1
        told = set(_findings(Path(made) / "data", pages))
    # A report issued again confesses and promises again, too.
    told -= {one._replace(rule=CONFESSED) for one in wanted if one.rule == LAST}
    asked.wanted.update(one.rule for one in wanted)
    asked.missed.update(one.rule for one in wanted - told)
    asked.false.update(one.rule for one in told - wanted)
    asked.lines += [f"== copies: not told {tuple(one)}" for one in sorted(wanted - told)]
    asked.lines += [f"== copies: told and is none {tuple(one)}" for one in sorted(told - wanted)]
    asked.right = asked.count - len({one[:2] for one in wanted ^ told})
    return asked


def background() -> Iterator[tuple[Page, Sequence[str]]]:
    """Honest reports, each of its own choice of sentences, with the lead and the fee statement that all have."""
    dice = random.Random(13)  # not used for secrets
    heads = ("（一）主动公开。", "（二）依申请公开。", "（三）政府信息管理。", "（四）平台建设。", "（五）监督保障。")
    for at in range(BACKGROUND):
        work = dice.sample(_texts()["work"], 5)
        overview = [head + fill(line, {"n": str(dice.randint(2, 900))}) for head, line in zip(heads, work, strict=True)]
        five = dice.sample(_texts()["faults"], 2)
        yield _page(f"{'青赤黄绿蓝紫白玄'[at % 8]}{'山水田林湖'[at // 8]}县民政局", 2023, overview, five), ()


def scenarios() -> Iterator[tuple[Page, Sequence[str]]]:
    """What is copied and what is honest, each with what has to be told of it."""
    texts: Mapping[str, Sequence[str]] = _texts()["text"]
    fishery, tea, mine, border = texts["fishery"], texts["tea"], texts["mine"], texts["border"]
    # Re-issued with only the year changed; with other numbers, too.
    yield from _years("临海县海洋渔业局", (fishery, texts["fishery_five"]), (fishery, texts["fishery_five"]), (LAST,))
    yield from _years("芦岗镇人民政府", (tea, texts["tea_five"]), (tea, texts["tea_five"]), (LAST,))
    # Written anew; most of it kept; a little of it kept; the same fault confessed in other words about it.
    yield from _years("砚坪县自然资源局", (mine, texts["mine_five"]), (border, texts["ferry_five"]), ())
    yield from _years("云梯县林业局", (tea, texts["forest_five"]), ([*tea[:4], mine[4]], texts["forest_five"]), (LAST,))
    yield from _years(
        "石鼓县商务局", (border, texts["border_five"]), ([border[0], *mine[1:]], texts["museum_five"]), ()
    )
    yield from _neighbors(texts)
    yield from _sharers(texts)


def _neighbors(texts: Mapping[str, Sequence[str]]) -> Iterator[tuple[Page, Sequence[str]]]:
    """Section five of a neighbour: with its name left, with its own put in, nearly all, a part, the year before's."""
    mine, tea, border, fishery = texts["mine"], texts["tea"], texts["border"], texts["fishery"]
    left = ["望潮县盐务局：" + texts["salt_five"][0], *texts["salt_five"][1:]]
    yield _page("望潮县盐务局", 2023, mine, left), ()
    yield _page("临港县盐务局", 2023, border, left), (OTHER,)
    named = [texts["grain_five"][0], "沙窑镇" + texts["grain_five"][1], texts["grain_five"][2]]
    yield _page("沙窑镇人民政府", 2023, tea, named), (OTHER,)
    yield _page("柿园镇人民政府", 2023, fishery, [line.replace("沙窑", "柿园") for line in named]), (OTHER,)
    bridge = texts["bridge_five"]
    yield _page("枫桥县交通运输局", 2023, border, bridge), (OTHER,)
    yield (
        _page("苇塘县交通运输局", 2023, mine, [bridge[0], bridge[1].replace("，由养护科解释", ""), bridge[2]]),
        (OTHER,),
    )
    orchard = texts["orchard_five"]
    yield _page("桃岭县农业农村局", 2023, fishery, orchard), ()
    yield _page("梨坪县农业农村局", 2023, tea, [orchard[0], "已制定三项办法，逐项对照整改，月底前由纪检组验收。"]), ()
    yield _page("苏木县畜牧局", 2022, border, texts["herd_five"]), ()
    yield _page("旗杆县畜牧局", 2023, mine, texts["herd_five"]), (OTHER,)


def _sharers(texts: Mapping[str, Sequence[str]]) -> Iterator[tuple[Page, Sequence[str]]]:
    """Honest ones: what the whole county was handed is no copy; and one body confesses one fault for three years."""
    works, faults = _texts()["work"], _texts()["faults"]
    for at in range(20):
        told = [fill(works[(at * 5 + more) % len(works)], {"n": str(at + 3)}) for more in range(5)]
        yield _page(f"{'东西南北中'[at % 5]}{'屏塘坞渡'[at // 5]}镇人民政府", 2023, told, texts["shared_five"]), ()
    for year in (2021, 2022, 2023):
        told = [fill(works[(year * 7 + more) % len(works)], {"n": str(year - 2000)}) for more in range(5)]
        five = [f"{texts['confessed']}。", faults[(year * 3) % len(faults)], faults[(year * 3 + 1) % len(faults)]]
        yield _page("高坡乡人民政府", year, told, five), (CONFESSED,) if year == 2023 else ()


def _years(
    body: str,
    before: tuple[Sequence[str], Sequence[str]],
    after: tuple[Sequence[str], Sequence[str]],
    tells: Sequence[str],
) -> Iterator[tuple[Page, Sequence[str]]]:
    for year, (overview, five), told in ((2022, before, ()), (2023, after, tells)):
        yield _page(body, year, [fill(line, {"n": str(year - 1991)}) for line in overview], five), told


def _page(body: str, year: int, overview: Sequence[str], five: Sequence[str]) -> Page:
    names = {"body": body, "year": str(year)}
    return Page(body, year, [fill(LEAD, names), *overview], five, [fill(NO_FEE, names)])


def _findings(data: Path, pages: Path) -> Iterator[Told]:
    for words in (["add", str(pages)], ["extract"], ["check"]):
        _gouji(*words, data=data)
    found: Sequence[Mapping[str, Any]] = json.loads(_gouji("findings", "--rule", "reuse.", "--json", data=data))
    for one in found:
        yield Told(one["agency_name"], one["year"], one["rule"])


def _gouji(*words: str, data: Path) -> str:
    command = [sys.executable, "-m", "monitor.cli", *words, "--data", str(data)]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout  # our own program


@cache
def _texts() -> Mapping[str, Any]:
    return tomllib.loads((DATA / "copies.toml").read_text(encoding="utf-8"))
