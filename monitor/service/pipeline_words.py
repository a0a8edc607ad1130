"""The lines in which pipeline and service report their progress, in Chinese or English."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from crawler.ground.clock import SHANGHAI
from crawler.ground.errors import GoujiError
from monitor.service.runs import End
from monitor.service.steps import Step
from monitor.words.terminal import inert

Both = tuple[str, str]

STEPS: Mapping[str, Both] = {
    "crawl": ("抓取", "crawl"),
    "extract": ("阅读", "extract"),
    "check": ("核对", "check"),
    "alert": ("通报", "alert"),
}
OUTCOMES: Mapping[str, Both] = {
    "done": ("完成", "done"),
    "trouble": ("完成，但有门户不正常", "done, with a portal in trouble"),
    "extract trouble": ("完成，但有文件没能读", "done, with documents that could not be read"),
    "check trouble": ("没有全部核对", "not all could be checked"),
    "failed": ("失败", "failed"),
    "skipped": ("跳过", "skipped"),
}
COUNTS: Mapping[str, Both] = {
    "portals": ("门户", "portals"),
    "requests": ("请求", "requests"),
    "reports_found": ("年报", "reports found"),
    "new_documents": ("新文件", "new documents"),
    "errors": ("错误", "errors"),
    "read": ("读文件", "documents read"),
    "reports": ("得年报", "reports"),
    "unread": ("没能读", "could not be read"),
    "left": ("留到下次", "left for the next run"),
    "resting": ("屡次没能读、已放下", "resting after several tries"),
    "checked": ("核对年报", "reports checked"),
    "unjudged": ("没有核对成的机关", "bodies that could not be judged"),
    "opened": ("新发现（含参考）", "new findings (info included)"),
    "updated": ("有变化", "changed"),
    "resolved": ("已解决", "resolved"),
    "regressed": ("又出现", "back again"),
    "open": ("未了结", "open"),
    "sent": ("发出", "sent"),
    "failed": ("未发出", "not sent"),
    "held": ("留待下次", "held for the next mail"),
    "waiting": ("待下一期", "waiting for the next period"),
    "settling": ("待再看一次", "waiting for a second look"),
    "on_hold": ("因大面积异常暂缓", "held by the breaker"),
}
ENDS: Mapping[str, str] = {
    "failed": "失败",
    "trouble": "有门户不正常",
    "extract trouble": "有文件没能读",
    "check trouble": "没有全部核对",
}
# Figures that are shown only if they are not 0.
QUIET = frozenset(
    {
        "errors",
        "unread",
        "left",
        "resting",
        "unjudged",
        "updated",
        "resolved",
        "regressed",
        "failed",
        "held",
        "waiting",
        "settling",
        "on_hold",
    }
)
REASONS: Mapping[str, Both] = {
    "": ("", ""),
    "unread": ("有文件没能读，先不核对", "documents could not be read, so nothing is checked"),
    "documents_unread": ("以前读到的不变，下次再读", "what was read of them before stands, the next run tries again"),
    "unjudged": ("没有核对成，其余照常：", "could not be judged, the others were:"),
    "clock_back": (
        "时钟在数据库已有的时刻之前，凡与日期有关的都等着",
        "the clock stands before what the database has seen: whatever rests on the day waits",
    ),
    "clock_ahead": (
        "时钟远在上次核对之后，凡与日期有关的都等着",
        "the clock is far ahead of the last check: whatever rests on the day waits",
    ),
    "no_portals": ("gouji.toml 里还没有 [[portal]]", "gouji.toml names no [[portal]]"),
    "no_recipients": ("gouji.toml 的 [mail] 里还没有收件人", "[mail] in gouji.toml names no recipients"),
    "outside_window": ("不在 [crawl] window 规定的时段：", "outside the hours of [crawl] window:"),
    "none_due": ("各门户都未到自己的时间", "no portal is due by its own schedule"),
    "time_limit": ("超过 [schedule] crawl_timeout，已停止：", "stopped after [schedule] crawl_timeout:"),
    "status": ("抓取程序的退出状态", "the crawler ended with status"),
}


class Wording:
    """The lines in one language."""

    def __init__(self, lang: str) -> None:
        self.english = lang == "en"

    def _say(self, zh: str, en: str) -> str:
        return en if self.english else zh

    def _pick(self, words: Mapping[str, Both], code: str) -> str:
        both = words.get(code)
        return code if both is None else both[self.english]

    def _moment(self, instant: datetime) -> str:
        return instant.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")

    def step(self, step: Step) -> str:
        """`抓取：完成 · 门户 2 · 请求 41`"""
        name = self._pick(STEPS, step.name) + self._say("：", ": ")
        counts = [
            f"{self._pick(COUNTS, code)} {number}"
            for code, number in step.counts.items()
            if number or code not in QUIET
        ]
        outcome = f"{step.name} {step.outcome}"
        parts = [self._pick(OUTCOMES, outcome if outcome in OUTCOMES else step.outcome), *counts]
        detail = step.detail if self.english else step.zh or step.detail
        why = " ".join(filter(None, (self._pick(REASONS, step.reason), detail)))
        told = f" ({why})" if self.english else f"（{why}）"
        return inert(f"{name}{' · '.join(parts)}{told if why else ''}")

    def started(self, root: Path, process: int) -> str:
        return inert(self._say(f"开始值守 {root}，进程 {process}", f"watching {root}, process {process}"))

    def health(self, port: int) -> str:
        return self._say(f"状态页：http://127.0.0.1:{port}/health", f"health page: http://127.0.0.1:{port}/health")

    def ended(self) -> str:
        return self._say("值守结束", "ended")

    def interrupted(self, count: int) -> str:
        return self._say(f"上次有 {count} 次运行被中断，将补做", f"{count} run(s) were cut off and will be made up")

    def begun(self, run: int, due: datetime) -> str:
        moment = self._moment(due)
        return self._say(f"第 {run} 号运行开始（应于 {moment}）", f"run {run} begins (due {moment})")

    def finished(self, run: int, end: End) -> str:
        return inert(self._say(f"第 {run} 号运行结束：{in_chinese(end)}", f"run {run} ended: {end.outcome}"))

    def next_run(self, due: datetime) -> str:
        moment = self._moment(due)
        return self._say(f"下一次运行：{moment}（北京时间）", f"next run: {moment} (Asia/Shanghai)")

    def cannot_run(self, error: Exception) -> str:
        zh = error.said("zh") if isinstance(error, GoujiError) else str(error)
        return inert(self._say(f"这次不能运行：{zh}", f"cannot run now: {error}"))


def in_chinese(end: End) -> str:
    """`失败（通报）；有门户不正常（抓取）`; for a run that could not begin only "failed": the reason was shown."""
    if end.stopped:
        return "应要求停止，下次启动时补做"
    if end.error:
        return ENDS["failed"]
    told: dict[str, list[str]] = {}
    for kind, steps in end.parts:
        for step in steps:
            told.setdefault(ENDS.get(f"{step} {kind}", ENDS[kind]), []).append(STEPS[step][0])
    return "；".join(f"{words}（{'、'.join(names)}）" for words, names in told.items()) or "完成"
