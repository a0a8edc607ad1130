"""`gouji`: the edge where every error becomes a clear sentence and an exit status."""

import os
import sqlite3
import sys
import traceback
from collections.abc import Sequence
from io import TextIOWrapper
from typing import Any, NoReturn

import click

from crawler.ground.errors import Both, GoujiError, reason
from crawler.ground.surroundings import secrets
from monitor.commands import commands, find
from monitor.commands.options import CallOptions, CommandGroup
from monitor.commands.usage_words import in_chinese
from monitor.words.terminal import inert, to_json

INTERRUPTED = 130
PIPE_CLOSED = 141
COULD_NOT_RUN = 3
USAGE = 2


class Gouji(CommandGroup):
    """The group `gouji`: its commands are imported when they are called, its errors end here."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return list(commands())

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        return find(name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # click's signature
        room = formatter.width - 6 - max(map(len, commands()))
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, click.Command(name, help=one.doc).get_short_help_str(room)) for name, one in commands().items()]
            )

    def invoke(self, ctx: click.Context) -> Any:
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            end_of_pipe()
        return result

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = "gouji", *rest: Any, **extra: Any) -> Any:
        line = Invocation(list(sys.argv[1:] if args is None else args))
        line.soften_streams()
        extra["obj"], extra["standalone_mode"] = line.session, False
        try:
            status = super().main(args, prog_name, *rest, **extra)
        except (KeyboardInterrupt, click.Abort):
            line.fail("已中断", "interrupted", INTERRUPTED)
        except GoujiError as error:
            line.fail(error.zh, error.message, error.exit_status, error.lines)
        except click.UsageError as error:
            line.usage(error)
        except click.ClickException as error:
            line.fail(error.format_message(), error.format_message(), COULD_NOT_RUN)
        except sqlite3.Error as error:
            line.fail(
                f"数据库不能用：{error}（磁盘已满、文件夹只读、被别的程序锁住或文件损坏？用 gouji doctor 细看）",
                f"the database cannot be used: {error} (disk full, folder read-only, locked by "
                "another program, or damaged? `gouji doctor` looks closer)",
                COULD_NOT_RUN,
            )
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            english, chinese = reason(error)
            line.fail(f"读写不成：{place}{chinese}", f"cannot read or write: {place}{english}", COULD_NOT_RUN)
        except Exception as error:  # noqa: BLE001  (the edge: a traceback is no answer to a person)
            line.defect(error)
        sys.exit(status if isinstance(status, int) else 0)


class Invocation:
    """One call of gouji: its arguments, what they said, and how it ends when it fails."""

    def __init__(self, args: Sequence[str]) -> None:
        self.args = args
        self.session = CallOptions()
        self.session.withhold(secrets(os.environ))

    def soften_streams(self) -> None:
        """No character can make printing fail: what the terminal's encoding lacks is printed escaped."""
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")

    def fail(self, zh: str, en: str, status: int, lines: Sequence[Both] = ()) -> NoReturn:
        said = [self.session.text(zh, en), *(self.session.text(chinese, english) for english, chinese in lines)]
        message, *rest = (inert(text.strip().replace("\n", " ")) for text in said)
        click.echo("\n  ".join([self.session.text("错误: ", "error: ") + message, *rest]), err=True)
        if "--json" in self.args and not self.session.emitted:
            click.echo(to_json({"error": message, **({"lines": rest} if rest else {})}))
        sys.exit(status)

    def usage(self, error: click.UsageError) -> NoReturn:
        if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
            error.show()
            sys.exit(USAGE)
        path = error.ctx.command_path if error.ctx else "gouji"
        said, zh = error.format_message().rstrip("。."), in_chinese(error).rstrip("。.")
        self.fail(f"{zh}。用法见 {path} --help", f"{said}. See {path} --help", USAGE)

    def defect(self, error: Exception) -> NoReturn:
        if os.environ.get("GOUJI_DEBUG"):
            traceback.print_exception(error)
        what = f"{type(error).__name__}: {error}"
        self.fail(
            f"gouji 自身的错误：{what}（设 GOUJI_DEBUG=1 再运行可看细节，请报告）",
            f"a fault of gouji itself: {what} (GOUJI_DEBUG=1 shows the details; please report it)",
            COULD_NOT_RUN,
        )


def end_of_pipe() -> NoReturn:
    """The reader (`| head`) went away: nothing more is printed, and the status is that of SIGPIPE."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(PIPE_CLOSED)


@click.group(
    cls=Gouji,
    example="gouji demo\ngouji verify 草稿.html\ngouji findings --data 数据",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="gouji", prog_name="gouji")
def main() -> None:
    """勾稽：收集、阅读、核对政府信息公开工作年度报告。

    Reads, checks and watches the annual open-government reports of Chinese public bodies.
    """


if __name__ == "__main__":
    main()
