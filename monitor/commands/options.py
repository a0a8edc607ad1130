"""What every command takes: --data and --lang anywhere on the line, --json, an example in its help."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, TypeVar

import click

from crawler.ground.config import Subscription
from crawler.ground.config_mail import Complaint
from crawler.ground.data import DataDir, locate
from crawler.ground.errors import UsageError
from crawler.ground.privacy import confine
from crawler.ground.surroundings import PASSWORD, withhold
from monitor.words.terminal import inert, to_json

F = TypeVar("F", bound=Callable[..., Any])
MOST_ON_TERMINAL = 200  # entries of one list


@dataclass(slots=True)
class CallOptions:
    """What the options of the line said; filled while the line is parsed, read by the commands."""

    data_given: str | None = None
    lang: str = "zh"
    as_json: bool = False
    emitted: bool = False
    secrets: dict[str, str] = field(default_factory=dict, repr=False)

    def withhold(self, names: Iterable[str]) -> None:
        """Takes these variables out of the environment, for no child process is to have them; they stay known here."""
        self.secrets |= withhold(names)

    @property
    def password(self) -> str:
        """The mail server's, "" where none was given."""
        return self.secrets.get(PASSWORD, "")

    @property
    def environment(self) -> Mapping[str, str]:
        """All variables that this call was given, the withheld ones too."""
        return {**os.environ, **self.secrets}

    @property
    def data(self) -> DataDir:
        """The data directory of `--data`, `$GOUJI_DATA` or `./gouji-data`; it may not exist."""
        if self.data_given is not None and not self.data_given.strip():
            raise UsageError(self.text("--data 后面要写数据目录", "--data needs a directory"))
        found = locate(self.data_given, _channel_complaints)
        confine(found.root)
        return found

    def text(self, zh: str, en: str) -> str:
        """The words in the language of this call."""
        return en if self.lang == "en" else zh

    @property
    def room(self) -> int | None:
        """How many entries of a list a terminal is given; None where a file, a program or JSON takes them all."""
        return MOST_ON_TERMINAL if sys.stdout.isatty() and not self.as_json else None

    def rest(self, count: int) -> list[str]:
        """The line that says how many of so many entries `room` left out; none where it left none."""
        left = count - (self.room or count)
        return (
            [
                self.text(
                    f"… 另有 {left} 项未在终端列出：写进文件（> 文件）则全部列出，或缩小范围",
                    f"… {left} more, not listed on a terminal: write them to a file (> FILE) or narrow it",
                )
            ]
            if left > 0
            else []
        )

    def say(self, line: str = "") -> None:
        """A line for people; with `--json` there are none on standard output."""
        if not self.as_json:
            click.echo(line)

    def note(self, line: str) -> None:
        """A line about the progress of the work, on standard error."""
        click.echo(line, err=True)

    def emit(self, value: Any) -> None:
        """The one JSON value of `--json`; nothing without it."""
        if self.as_json:
            click.echo(to_json(value))
            self.emitted = True

    def emit_each(self, values: Iterable[Any]) -> None:
        """The same for a list of any length: one JSON array, of which memory holds one element at a time."""
        if self.as_json:
            self.emitted = True
            opening = "["
            for value in values:
                click.echo(f"{opening}\n{to_json(value)}", nl=False)
                opening = ","
            click.echo("[]" if opening == "[" else "\n]")


def _channel_complaints(one: Subscription) -> Iterable[Complaint]:
    # Loaded with the first subscription that is read: most calls read none, and send nothing.
    from monitor.alerts.channels import complaints

    return complaints(one)


def session() -> CallOptions:
    """The session of the running command."""
    found = click.get_current_context().find_root().obj
    if not isinstance(found, CallOptions):
        raise TypeError("a command of gouji runs below monitor.cli.main")
    return found


def leave(status: int) -> NoReturn:
    """Ends the command with this exit status."""
    raise click.exceptions.Exit(status)


def interactive() -> bool:
    """Whether a person watches: progress bars are drawn for nobody else."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def _keep(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        # The option may stand on several levels of one line; the last one said counts.
        if value is not None and value is not False:
            setattr(ctx.find_root().obj, name, value)

    return callback


def _insist_on_text(ctx: click.Context) -> None:
    """UsageError for a word of the line that is no text: bytes that are no UTF-8 name no body, rule or portal.

    Names of files may be any bytes.
    """
    files = {one.name for one in ctx.command.params if isinstance(one.type, click.Path)}
    for name, value in ctx.params.items():
        words = value if isinstance(value, tuple) else (value,) if name not in files else ()
        for word in words:
            if isinstance(word, str) and not word.isascii() and word != word.encode(errors="ignore").decode():
                shown = inert(os.fsencode(word).decode("utf-8", "backslashreplace"))
                zh, en = ("机关 ", "agency ") if name == "agency" else ("", "")
                raise UsageError(
                    f"there is no {en}'{shown}': these bytes are no text in UTF-8",
                    f"没有{zh or ' '}'{shown}'：这些字节不是 UTF-8 文字",
                )


def _common() -> list[click.Parameter]:
    return [
        click.Option(
            ["--data"],
            metavar="DIR",
            expose_value=False,
            is_eager=True,
            callback=_keep("data_given"),
            help="数据目录（默认 $GOUJI_DATA，再默认 ./gouji-data） · data directory",
        ),
        click.Option(
            ["--lang"],
            type=click.Choice(["zh", "en"]),
            expose_value=False,
            is_eager=True,
            callback=_keep("lang"),
            help="输出语言（默认 zh） · language of the output",
        ),
    ]


class Command(click.Command):
    """A command with the options that stand anywhere on the line and an example below its help."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example
        self.params.extend(_common())

    def invoke(self, ctx: click.Context) -> Any:
        _insist_on_text(ctx)
        return super().invoke(ctx)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's parameters
        _format_example(self.example, formatter)


class CommandGroup(click.Group):
    """A group of such commands; it takes the same options itself."""

    command_class = Command

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example
        self.params.extend(_common())

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's parameters
        _format_example(self.example, formatter)


def _format_example(example: str, formatter: click.HelpFormatter) -> None:
    with formatter.section("例 · Example"):
        for line in example.strip().splitlines():
            formatter.write(f"{' ' * formatter.current_indent}{line.strip()}\n")


def command(
    *,
    example: str,
    name: str | None = None,
    step: int | None = None,  # noqa: ARG001 (read from the source)
) -> Callable[[Callable[..., Any]], Command]:
    """Makes a function a command: `@command(step=90, example="gouji check")`, its docstring is the help.

    One with a `step` is a command of `gouji` itself; the step is its place in the list (monitor/commands reads it).
    """
    return click.command(name, cls=Command, example=example)


def group(
    *,
    example: str,
    name: str | None = None,
    step: int | None = None,  # noqa: ARG001 (read from the source)
) -> Callable[[Callable[..., Any]], CommandGroup]:
    """Makes a function a group of commands, in the same way."""
    return click.group(name, cls=CommandGroup, example=example)


def json_option(function: F) -> F:
    """`--json`: one JSON value on standard output and nothing else there."""
    option = click.option(
        "--json",
        "as_json",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_keep("as_json"),
        help="输出一个 JSON 值 · print one JSON value",
    )
    return option(function)
