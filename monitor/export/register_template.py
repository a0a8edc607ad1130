"""The empty register to fill in (`register_template.toml`): drop-downs, an example row, a sheet that explains."""

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

from crawler.agencies.headings import words
from crawler.ground.errors import UsageError
from monitor.export.sheet_file import Cell, Sheet, write_book

FILE = "register_template.toml"
HELP_WIDTHS = (20, 10, 60)
ENDINGS = (".xlsx",)


def write_template(path: Path, language: str = "zh", *, force: bool = False) -> Path:
    """Writes the workbook, and says where; UsageError for another ending, or where a file is there already."""
    path = path if path.suffix else path.with_suffix(".xlsx")
    if path.suffix.lower() not in ENDINGS:
        raise UsageError(
            f"{path}: the template is an Excel workbook; give a name that ends with .xlsx",
            f"{path}：模板是 Excel 工作簿，文件名请以 .xlsx 结尾",
        )
    if path.exists() and not force:
        raise UsageError(
            f"{path} is there already and is left alone; choose another name, or --force to replace it",
            f"{path} 已经有了，不会动它；请换个文件名，或加 --force 替换",
        )
    write_book(path, _sheets(tomllib.loads((files("monitor.export") / FILE).read_text(encoding="utf-8")), language))
    return path


def _sheets(said: dict[str, Any], language: str) -> list[Sheet]:
    columns = said["column"]
    names = [words().names[column["field"]][language] for column in columns]
    example = [Cell(_shown(column, column["example"][language], language), "quiet") for column in columns]
    needed, free = said["required"][language]
    register = Sheet(
        said["file"][language],
        names,
        [example],
        title=said["title"][language],
        notes=[note[language] for note in said["notes"]],
        widths={at: column["width"] for at, column in enumerate(columns)},
        tone="good",
        as_text=range(len(columns)),
        choices={
            at: [_word(column["choices"], code, language) for code in words().shown[column["choices"]]]
            for at, column in enumerate(columns)
            if "choices" in column
        },
        blank=said["blank"],
    )
    explained = [
        ("" if line else name, "" if line else needed if column["field"] == "name" else free, words_)
        for name, column in zip(names, columns, strict=True)
        for line, words_ in enumerate(column["help"][language])
    ]
    return [
        register,
        Sheet(
            said["help"][language],
            said["help_headings"][language],
            explained,
            widths=dict(enumerate(HELP_WIDTHS)),
            tone="quiet",
        ),
    ]


def _shown(column: dict[str, Any], value: str, language: str) -> str:
    return _word(column["choices"], value, language) if "choices" in column and value else value


def _word(field: str, code: str, language: str) -> str:
    return words().shown[field][code] if language != "en" else code
