"""Where the article stands on a page of a content system is said in the family's file, and nowhere else."""

from pathlib import Path

from crawler import families
from crawler.families import _articles
from extract.fingerprint import name_of
from extract.readers import read

ROOT = Path(__file__).parents[2]


def test_what_is_read_in_the_files_is_what_the_families_say() -> None:
    said = [name for family in sorted(families.families(), key=lambda one: one.order) for name in family.articles]
    assert sorted(said) == sorted(_articles.articles())
    assert [name for name in _articles.articles() if name in said] == list(_articles.articles())
    assert "#UCAP-CONTENT" in said


def test_no_reader_knows_a_content_system() -> None:
    for path in (ROOT / "extract").rglob("*.py"):
        text = path.read_text(encoding="utf-8").lower()
        assert not any(f'"{name.lower()}"' in text for name in _articles.articles()), path


def test_each_container_is_looked_for() -> None:
    """A page with twice as much beside the article as there is in it: only the article is read."""
    inside, beside = "<p>本年度报告的正文。</p>" * 200, "<p>旁边的栏目。</p>" * 60
    for name in _articles.articles():
        mark = name.rstrip("*")
        if name[0] == "#":
            opened, closed = f'<div id="{mark[1:]}">', "</div>"
        elif name[0] == ".":
            opened, closed = f'<div class="{mark[1:]}">', "</div>"
        else:
            opened, closed = f"<{mark}>", f"</{mark}>"
        content = read(f"<html><body>{beside}{opened}{inside}{closed}</body></html>".encode(), "1.html")
        text = "".join(block for block in content.blocks if isinstance(block, str))
        assert "正文" in text
        assert "旁边" not in text, name


def test_a_marker_more_is_another_reading() -> None:
    assert name_of(["extract"], _articles.articles()) != name_of(["extract"], (*_articles.articles(), "#x_content"))
