"""`gouji init`: makes a data directory."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import closing

import click

from crawler.ground.clock import now
from crawler.ground.data import DataDir, create
from crawler.ground.errors import GoujiError
from crawler.ground.privacy import make_shared
from monitor.commands.first_hour import Answers, ask, filled, prove
from monitor.commands.options import CallOptions, command, json_option, session
from monitor.schema import open_database
from monitor.words.terminal import inert


@command(step=10, example="gouji init 数据\nexport GOUJI_DATA=数据\ngouji init /srv/gouji --group 政务公开")
@click.argument("directory", required=False, metavar="[DIR]", type=click.Path())
@click.option(
    "--group",
    metavar="GROUP",
    help="归这个用户组共用（默认只归自己，别人进不去） · for this group (default: for yourself alone)",
)
@json_option
def init(directory: str | None, group: str | None) -> None:
    """新建数据目录和带注释的 gouji.toml；已有的东西不动。目录只归自己，或 --group 那个组。

    在终端上会问联系方式、要看的门户和邮件，可以当场发一封测试邮件；不是终端则不问。

    Makes a data directory with a commented gouji.toml, for you alone or for a group; what exists is left as it is.
    On a terminal it asks for contact, portal and mail, and offers to prove the mail; elsewhere it asks nothing.
    """
    call = session()
    if directory is not None:
        call.data_given = directory
    data = call.data
    existed = data.config_path.exists()
    if group is not None:
        make_shared(data.root, group)
    answers = ask(call) if not existed and _terminal(call) else None
    create(data, filled(answers or Answers(), call.lang, data.config_path))
    open_database(data).close()
    call.emit({"data": data.root, "config": data.config_path, "created": not existed})
    call.say(call.text(f"数据目录：{_name(data)}", f"data directory: {_name(data)}"))
    if existed:
        call.say(call.text("gouji.toml 已有，未改动。", "gouji.toml was there and is unchanged."))
    if answers is not None:
        prove(call, answers, lambda password: _test_mail(call, password))
        _look(call, answers)
        call.say(
            call.text(
                "gouji run 之前先导入名录（谁应当公布）：gouji agencies import 名录.xlsx；别的用法见 gouji --help。",
                "before gouji run, take in who must publish: gouji agencies import LIST.xlsx; the rest: gouji --help.",
            )
        )
        return
    call.say(
        call.text(
            "下一步：在 gouji.toml 里写 contact 和 [mail]，再 gouji portal add 网址、"
            "gouji agencies import 名录.csv、gouji run；或先 gouji add 文件夹。",
            "next: write contact and [mail] into gouji.toml, then gouji portal add URL, "
            "gouji agencies import FILE.csv, gouji run; or begin with gouji add FOLDER.",
        )
    )


def _name(data: DataDir) -> str:
    return inert(str(data.root))


def _terminal(call: CallOptions) -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and not call.as_json


def _test_mail(call: CallOptions, password: str) -> Mapping[str, Sequence[str]]:
    """What `gouji alert --test` does; the reasons of what could not be sent."""
    from monitor.alerts.alert import alert  # it loads what sends, which a new directory alone does not need

    with closing(open_database(call.data)) as db:
        result = alert(
            db,
            call.data,
            call.data.config(),
            now(),
            dry_run=False,
            test=True,
            password=password,
            environment=call.environment,
        )
    return {"failed": [call.text(zh, en) for zh, en in zip(result.reasons_zh, result.reasons, strict=True)]}


def _look(call: CallOptions, answers: Answers) -> None:
    """The portal that was named, by `gouji portal add`; that it cannot be reached now costs nothing else."""
    if not answers.portal:
        return
    from monitor.commands.portal import add  # as above

    try:
        click.get_current_context().invoke(add, url=answers.portal, identifier=None, name=None, yes=False)
    except (GoujiError, click.exceptions.Exit) as error:
        if isinstance(error, GoujiError):
            call.say(inert(call.text(error.zh, error.message)))
        call.say(
            call.text(
                f"门户没有加入；以后再加：gouji portal add {inert(answers.portal)}",
                f"the portal was not added; later: gouji portal add {inert(answers.portal)}",
            )
        )
