"""`gouji export`: CSV, Parquet and a data package with its codebook; frozen releases with a change log."""

from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from crawler.ground.clock import now
from crawler.ground.errors import UsageError
from monitor.commands.options import CallOptions, command, json_option, session
from monitor.commands.progress import progress
from monitor.export import ExportResult, parquet
from monitor.export import export as write
from monitor.schema import open_database
from monitor.words.terminal import inert, table


@command(step=250, example="gouji export 数据集\ngouji export 历年发布 --release 2025\ngouji export 数据集 --by-year")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--release",
    default="",
    metavar="YEAR",
    help="在 DIR 下写一份定稿（2025，再版为 2025.1），附校验和及与上一份相比的变化"
    " · a frozen release below DIR, with checksums and a change log",
)
@click.option(
    "--parquet/--no-parquet",
    "wanted",
    default=None,
    help="是否也写 Parquet（默认：装有附加组件 export 就写） · Parquet too (default: if the extra is installed)",
)
@click.option(
    "--by-year",
    is_flag=True,
    help="Parquet 按报告年度分开（year=2024/），供 DuckDB、Spark 只读所要的年度 · Parquet in partitions by year",
)
@click.option("--force", is_flag=True, help="替换上次导出后改过的文件 · replace files changed since the last export")
@json_option
def export(folder: Path, release: str, wanted: bool | None, by_year: bool, force: bool) -> None:
    """导出 CSV、Parquet 和带中英文编码本的数据包；上次的导出整个替换，从不留下半份，自己放进去的文件原样留着。

    CSV, Parquet and a Frictionless data package with a codebook in both languages. An earlier export in DIR is
    replaced whole; files of your own in it stay, and those changed since are named and replaced only with --force.
    """
    call = session()
    if by_year and wanted is False:
        raise UsageError(
            "--by-year is about Parquet; leave out --no-parquet", "--by-year 说的是 Parquet，请去掉 --no-parquet"
        )
    with_parquet = by_year or (parquet.available() if wanted is None else wanted)
    label = call.text("导出", "exporting")
    with closing(open_database(call.data)) as db, progress(label) as moved:
        result = write(
            db,
            call.data,
            folder,
            now(),
            with_parquet=with_parquet,
            by_year=by_year,
            release=release,
            force=force,
            progress=moved,
        )
    if wanted is None and not with_parquet:
        call.note(
            call.text(
                "没有写 Parquet：pip install 'gouji[export]' 之后就会写",
                "no Parquet was written: pip install 'gouji[export]' makes it so",
            )
        )
    call.emit(asdict(result))
    _say(call, result)


def _say(call: CallOptions, result: ExportResult) -> None:
    for line in table([(name, f"{rows:,}") for name, rows in result.tables.items()], right=(1,), indent="  "):
        call.say(line)
    if result.release:
        against = (
            call.text(f"与 {result.before} 相比", f"compared with {result.before}")
            if result.before
            else call.text("第一份发布", "the first release")
        )
        parts = ", ".join(f"{kind} {count}" for kind, count in result.changes.items())
        call.say(f"{result.release}: {against} · {parts}" if parts else f"{result.release}: {against}")
    kinds = "CSV, Parquet" if result.parquet else "CSV"
    where, size = inert(str(result.target)), f"{result.size / 1e6:,.1f} MB"
    call.say(
        call.text(
            f"已写入 {where}（{kinds}，{size}），先读其中的 codebook.md",
            f"written to {where} ({kinds}, {size}); start with its codebook.md",
        )
    )
