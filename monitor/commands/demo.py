"""`gouji demo`: the whole road on a small portal that comes along, and what to do next."""

import shlex
import shutil
import sys
from pathlib import Path

import click

from monitor.commands.options import CallOptions, command, session
from monitor.commands.serve import require_pages, serve_data
from monitor.demo.site import BROKEN_CARRY, WRONG_CELL
from monitor.demo.walk import NOW, place, run_demo
from monitor.service.pipeline_words import Wording
from monitor.words.terminal import inert

RULE = "─" * 72


@command(step=20, example="gouji demo\ngouji demo --serve\ngouji demo --keep")
@click.option("--keep", is_flag=True, help="保留演示用的数据目录 · keep the data directory")
@click.option("--serve", "serves", is_flag=True, help="然后开着网页给人看，按 Ctrl+C 停下 · then keep its pages open")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8010, show_default=True, help="网页的端口 · of the pages"
)
def demo(keep: bool, serves: bool, port: int) -> None:
    """在本机回环地址上开一个小门户，走完整条路，打印通报；不联网，不留下任何东西。

    Serves a small portal on loopback, runs the whole road over it with real HTTP and SMTP, prints the digest.
    Works offline and leaves nothing behind; --keep or --data DIR keeps the data directory.
    """
    call = session()
    if serves:
        require_pages()
    wording = Wording(call.lang)
    kept = keep or call.data_given is not None
    with place(call.data_given, keep=keep) as data:
        result = run_demo(
            data, call.lang, lambda base: _introduce(call, base), lambda step: call.say(f"  {wording.step(step)}")
        )
        call.say()
        call.say(call.text("收到的通报：", "The digest that arrived:"))
        for digest in result.digests:
            call.say(RULE)
            for line in digest.splitlines():
                call.say(inert(line))
        call.say(RULE)
        _next_steps(call, data.root if kept else None)
        if serves:
            serve_data(call, data, port=port, clock=lambda: NOW)


def _introduce(call: CallOptions, base: str) -> None:
    day = NOW.date().isoformat()
    call.say(
        call.text(
            f"演示：{base} 上有两个虚构地方的年报栏目（十个机关，2019—2024 年，两种格式）。",
            f"Demo: {base} carries the annual reports of two invented places (ten bodies, 2019 to 2024, both forms).",
        )
    )
    call.say(
        call.text(
            f"假定今天是 {day}：一个机关没有公布，一份报告有一格对不上，一处上下年结转不一致。",
            f"Say today is {day}: one body has not published, one report is wrong in one cell, "
            "one carry-over is broken.",
        )
    )
    call.say()


def _next_steps(call: CallOptions, kept: Path | None) -> None:
    me = _program()
    say, text = call.say, call.text
    say()
    say(text("接下来可以试：", "What to try next:"))
    say(
        text(
            "  在浏览器里看演示（http://127.0.0.1:8010/，照打印的地址打开；要装 ui）：",
            "  Look at the demo in a browser (http://127.0.0.1:8010/; needs the extra ui):",
        )
    )
    say(f"    {me} demo --serve")
    if kept is not None:
        root = _quoted(str(kept))
        say(text("  看演示数据（门户已关闭，数据还在）：", "  Look at the demo's data (kept; its portal is gone):"))
        say(f"    {me} findings --data {root}")
        say(f"    {me} show {WRONG_CELL[0]} {WRONG_CELL[1]} --data {root}")
        say(f"    {me} diff {BROKEN_CARRY[0]} {BROKEN_CARRY[1] - 1} {BROKEN_CARRY[1]} --data {root}")
    else:
        say(text("  保留演示数据再看：", "  Keep the demo's data and look at it:"))
        say(f"    {me} demo --keep")
    say(text("  核对一份草稿或报告（不需要数据目录）：", "  Check a draft or a report (needs no data directory):"))
    say(f"    {me} verify {text('草稿.html', 'draft.html')}")
    folder, files = text("数据", "data"), text("年报文件夹", "my-reports")
    say(text("  用手头的文件：", "  With files you have:"))
    say(f"    {me} init {folder}")
    say(f"    {me} add {files} --data {folder}")
    say(f"    {me} extract --data {folder}")
    say(f"    {me} check --data {folder}")
    say(f"    {me} findings --data {folder}")
    say(
        text(
            f"  用自己的门户：在 {folder}/gouji.toml 里写 contact 和 [mail]，然后",
            f"  With your own portal: write contact and [mail] into {folder}/gouji.toml, then",
        )
    )
    say(f"    {me} portal add http://www.example.gov.cn/ --data {folder}")
    say(f"    {me} agencies import {text('名录.csv', 'register.csv')} --data {folder}")
    say(f"    {me} run --data {folder}")
    say(f"    {me} watch --data {folder}")


def _program() -> str:
    """How this gouji is called here: by name where the name leads to it, else by its path."""
    called = Path(sys.argv[0])
    found = shutil.which("gouji")
    if called.name != "gouji" or (found and Path(found).resolve() == called.resolve()):
        return "gouji"
    try:
        return _quoted(str(called.resolve().relative_to(Path.cwd())))
    except ValueError:
        return _quoted(str(called.resolve()))


def _quoted(text: str) -> str:
    return inert(shlex.quote(text))
