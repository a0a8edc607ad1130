"""What an export says about itself: datapackage.json, the codebook as Markdown and as tables."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from sqlite_utils import Database

from crawler.ground.clock import stamp
from monitor.codebook import DatabaseColumn, Table, code_lists, codes_of, used_lists
from monitor.codebook.render import code_pages, rule_pages, table_pages
from monitor.export.csv_file import Written, column
from monitor.export.parquet import Stored
from monitor.reconcile.rulebook import Rulebook

INSTANT = "%Y-%m-%dT%H:%M:%S.%f%z"
DIALECT = {
    "delimiter": ",",
    "lineTerminator": "\r\n",
    "quoteChar": '"',
    "doubleQuote": True,
    "header": True,
    "skipInitialSpace": False,
    "caseSensitiveHeader": True,
    "csvddfVersion": 1.2,
}
# Tables that exist only in the export, with their columns.
MADE: Mapping[str, tuple[str, str, tuple[DatabaseColumn, ...]]] = {
    "codebook": (
        "编码本：每张表的每一列",
        "The codebook: every column of every table",
        (
            column("table", "表", "table"),
            column("column", "列", "column"),
            column("type", "类型", "type"),
            column("codes", "代码表，空为不用代码", "list of its codes; empty: none"),
            column("zh", "含义（中文）", "meaning, in Chinese"),
            column("en", "含义（英文）", "meaning, in English"),
        ),
    ),
    "codes": (
        "代码表：每个代码",
        "Every code of every list",
        (
            column("list", "代码表", "list"),
            column("code", "代码", "code"),
            column("zh", "含义（中文）", "meaning, in Chinese"),
            column("en", "含义（英文）", "meaning, in English"),
        ),
    ),
    "rules": (
        "核对规则",
        "The rules of the check",
        (
            column("rule", "规则", "rule"),
            column("version", "版本", "version", "integer"),
            column("class", "类别", "class"),
            column("forms", "适用的格式", "forms it is for"),
            column("formula", "算式", "formula"),
            column("basis", "依据", "basis"),
            column("exceptions", "合法例外", "lawful exceptions"),
        ),
    ),
    "manifest": (
        "现行报告清单，供两次发布之间比较",
        "The current reports, to compare releases by",
        (
            column("agency", "机构代码", "code of the body"),
            column("year", "报告年度", "report year", "integer"),
            column("agency_name", "机构名称", "its name"),
            column("template", "格式", "the form"),
            column("document", "文件的 SHA-256", "SHA-256 of the document"),
            column("url", "网址", "its address"),
            column("figures", "全部数字的 SHA-256", "SHA-256 of all its figures"),
        ),
    ),
    "changes": (
        "与上一次发布相比的变化",
        "What changed since the release before",
        (
            column(
                "change",
                "变化：added 新增，changed 换了文件，reread 文件未变而读数有变，withdrawn 撤下，recoded 机构代码改变",
                "added, changed (another document), reread (same document, other figures), withdrawn, recoded",
            ),
            column("agency", "机构代码", "code of the body"),
            column("year", "报告年度", "report year", "integer"),
            column("agency_name", "机构名称", "its name"),
            column("document_before", "上一次的文件", "the document before"),
            column("document", "这一次的文件", "the document now"),
            column("url", "网址", "its address"),
        ),
    ),
}


@cache
def about() -> Mapping[str, Any]:
    """The description of the data set as a whole (package.toml)."""
    return tomllib.loads((files("monitor.export") / "package.toml").read_text(encoding="utf-8"))


def codebook_rows(chosen: Sequence[Table]) -> Iterator[tuple[object, ...]]:
    """Every exported column, including those of the tables that exist only in the export."""
    for table in chosen:
        for one in table.public:
            yield table.name, one.name, one.type, one.codes, one.words.zh, one.words.en
    for name, (_, _, columns) in MADE.items():
        for one in columns:
            yield name, one.name, one.type, one.codes, one.words.zh, one.words.en


def code_rows(chosen: Sequence[Table]) -> Iterator[tuple[object, ...]]:
    """Every code that occurs in these tables."""
    for name in dict.fromkeys([*used_lists(chosen), "member", "result", "table"]):
        for code, words in code_lists()[name].items():
            yield name, code, words.zh, words.en


def rule_rows(book: Rulebook) -> Iterator[tuple[object, ...]]:
    """A row for every rule of the check."""
    for rule in book.rules.values():
        formulas = "; ".join(rule.formula(case) for case in range(len(rule.cases)))
        yield (
            rule.id,
            rule.version,
            rule.rule_class,
            " ".join(sorted(rule.forms)),
            formulas,
            rule.basis,
            rule.exceptions,
        )


def codebook_page(chosen: Sequence[Table], book: Rulebook) -> str:
    """The codebook as one Markdown page."""
    said = about()
    lines = [
        f"# {said['title']['zh']} · {said['title']['en']}",
        "",
        said["description"]["zh"],
        "",
        said["description"]["en"],
        "",
        "## 读法 · How to read it",
        "",
    ]
    for note in said["note"]:
        lines += [f"- {note['zh']}", f"  {note['en']}"]
    licence = said["licence"]
    lines += ["", "## 许可 · Licence", "", f"[{licence['title']}]({licence['path']})", "", "## 表 · Tables", ""]
    lines += table_pages(chosen, public=True)
    lines += ["## 代码 · Codes", "", *code_pages(chosen), "## 规则 · Rules", "", *rule_pages(book)]
    return "\n".join(lines) + "\n"


def package(
    db: Database,
    chosen: Sequence[Table],
    written: Mapping[str, Written],
    stored: Mapping[str, Stored],
    now: datetime,
    release: str,
    version: str,
) -> dict[str, Any]:
    """datapackage.json: every resource with its schema, the licence, the sources."""
    said = about()
    by_name = {table.name: table for table in chosen}
    resources = [
        _table_resource(by_name[name], one) if name in by_name else _made_resource(name, one)
        for name, one in written.items()
    ]
    resources += [_parquet_resource(name, one) for name, one in stored.items()]
    return {
        "profile": "data-package",
        "name": said["name"],
        "title": f"{said['title']['zh']} · {said['title']['en']}",
        "description": f"{said['description']['zh']}\n\n{said['description']['en']}",
        "version": release or stamp(now)[:10],
        "created": stamp(now).replace("+00:00", "Z"),
        "keywords": said["keywords"],
        "licenses": [said["licence"]],
        "sources": [*said["source"], *_portals(db)],
        "contributors": [{"title": f"gouji {version}", "role": "wrangler"}],
        "resources": resources,
    }


def _portals(db: Database) -> Iterator[dict[str, str]]:
    for name, url in db.execute("select name, start_url from portals where start_url like 'http%' order by id"):
        yield {"title": str(name), "path": str(url)}


def _file(written: Written | Stored) -> dict[str, Any]:
    return {"path": written.path, "bytes": written.size, "hash": f"sha256:{written.sha256}"}


def _table_resource(table: Table, written: Written) -> dict[str, Any]:
    schema: dict[str, Any] = {"fields": [_field(one) for one in table.public], "missingValues": [""]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    references = [
        {
            "fields": one.column,
            "reference": {"resource": "" if one.table == table.name else one.table, "fields": one.other_column},
        }
        for one in table.references
    ]
    if references:
        schema["foreignKeys"] = references
    return _resource(table.name, table.words.zh, table.words.en, written, schema)


def _made_resource(name: str, written: Written) -> dict[str, Any]:
    zh, en, columns = MADE[name]
    schema = {"fields": [_field(one) | {"constraints": {}} for one in columns], "missingValues": [""]}
    return _resource(name, zh, en, written, schema)


def _resource(name: str, zh: str, en: str, written: Written, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "title": f"{zh} · {en}",
        **_file(written),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "dialect": DIALECT,
        "schema": schema,
    }


def _parquet_resource(name: str, stored: Stored) -> dict[str, Any]:
    # A file, not a table: it has its own schema, and checking the package must not require a Parquet reader.
    return {
        "profile": "data-resource",
        "type": "file",
        "name": f"{name}-parquet",
        **_file(stored),
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
    }


def _field(one: DatabaseColumn) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": one.name,
        "type": "string" if one.type == "json" else one.type,
        "title": one.words.zh,
        "description": one.words.en,
    }
    if one.type == "datetime":
        field["format"] = INSTANT
    constraints: dict[str, Any] = {"required": True} if one.required else {}
    if codes := codes_of(one):
        constraints["enum"] = list(codes)
    return field | ({"constraints": constraints} if constraints else {})
