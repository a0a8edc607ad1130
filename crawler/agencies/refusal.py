"""Bad lines of a file: each named by its sheet and row, with what to do about it; then nothing at all is taken in."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from crawler.ground.errors import Both, UsageError

SHOWN = 20


class Spot(NamedTuple):
    """A row of a file: `order` and `sheet` are the number and the name of its sheet in a workbook, "" in a text."""

    order: int
    line: int
    sheet: str = ""

    @property
    def said(self) -> Both:
        """The row in words."""
        if not self.sheet:
            return f"line {self.line}", f"第 {self.line} 行"
        return f"sheet “{self.sheet}”, row {self.line}", f"工作表“{self.sheet}”第 {self.line} 行"


def refuse(path: Path, errors: Sequence[tuple[int, Both]]) -> None:
    """Raises one UsageError for all bad lines of a text, in their order; returns when there are none."""
    refuse_rows(path, [(Spot(0, line), problem) for line, problem in errors])


def refuse_rows(path: Path, errors: Sequence[tuple[Spot, Both]]) -> None:
    """The same for rows of any sheet."""
    if not errors:
        return
    lines: list[Both] = []
    for spot, (problem, zh) in sorted(errors)[:SHOWN]:
        where, wo = spot.said
        lines.append((f"{where}: {problem}", f"{wo}：{zh}"))
    if len(errors) > SHOWN:
        lines.append((f"… and {len(errors) - SHOWN} more", f"……另有 {len(errors) - SHOWN} 处"))
    raise UsageError(
        f"{path}: nothing was imported; mend these lines and import again:",
        f"{path}：什么都没有导入；请改好这些行再导入：",
        lines,
    )
