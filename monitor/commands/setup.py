"""`gouji init`: makes a data directory."""

import click

from crawler.ground.data import DataDir, create
from crawler.ground.privacy import make_shared
from monitor.commands.options import command, json_option, session
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

    Makes a data directory with a commented gouji.toml, for you alone or for a group; what exists is left as it is.
    """
    call = session()
    if directory is not None:
        call.data_given = directory
    data = call.data
    existed = data.config_path.exists()
    if group is not None:
        make_shared(data.root, group)
    create(data)
    open_database(data).close()
    call.emit({"data": data.root, "config": data.config_path, "created": not existed})
    call.say(call.text(f"数据目录：{_name(data)}", f"data directory: {_name(data)}"))
    if existed:
        call.say(call.text("gouji.toml 已有，未改动。", "gouji.toml was there and is unchanged."))
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
