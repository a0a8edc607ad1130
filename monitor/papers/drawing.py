"""Draws the charts of a paper; where that cannot be done, their tables stand there, and a line says what to install."""

from collections.abc import Iterator
from dataclasses import dataclass

from crawler.ground.vocabulary import Bilingual
from monitor.papers.chart import Drawn, draw, missing
from monitor.papers.paper import Paper, Part, Picture, paragraph

LACKING = {
    "package": Bilingual(
        "没有画图的程序，这里以表代图；要图请安装：pip install 'gouji[papers]'",
        "charts cannot be drawn here, their tables stand instead; install: pip install 'gouji[papers]'",
    ),
    "fonts": Bilingual(
        "本机没有中文字体，这里以表代图；要图请安装，如 apt install fonts-noto-cjk",
        "this machine has no Chinese fonts, tables stand instead of charts; install some: apt install fonts-noto-cjk",
    ),
}


@dataclass(frozen=True, slots=True)
class DrawnPicture:
    """A chart that was drawn."""

    drawn: Drawn
    caption: str
    said: str


Finished = Part | DrawnPicture


def finished(paper: Paper) -> list[Finished]:
    """The parts of a paper as they are written."""
    pictured = any(isinstance(part, Picture) for part in paper.parts)
    return list(drawn(paper, missing() if pictured else ""))


def drawn(paper: Paper, lacking: str) -> Iterator[Finished]:
    """The parts with their charts drawn or, where something is lacking for that, with their tables."""
    told = False
    for part in paper.parts:
        if not isinstance(part, Picture):
            yield part
        elif lacking:
            if part.table is not None:
                yield part.table
            if not told:
                yield paragraph(LACKING[lacking][paper.language], "note")
            told = True
        else:
            yield DrawnPicture(draw(part.chart), part.caption, part.said)
