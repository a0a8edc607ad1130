"""`gouji tidy`: what may go of what grows, by rule; and the database written anew without its gaps."""

from contextlib import closing

import click

from crawler.ground.clock import now
from crawler.ground.data import require
from monitor.commands.options import command, json_option, session
from monitor.recordings import Recording, old_recordings, tidied
from monitor.schema import open_database
from monitor.service.lock import exclusive
from monitor.words.terminal import inert


@command(step=78, example="gouji tidy --dry-run\ngouji tidy")
@click.option("--dry-run", is_flag=True, help="只说会删什么 · only say what would go")
@json_option
def tidy(dry_run: bool) -> None:
    """删去早于 [crawl] warc_days 天、没有任何东西以之为据的抓取记录（WARC），再整理数据库文件（VACUUM）。

    没有写 warc_days 的，一份记录也不删。存档和台账从不删。某一版文件初次和最近一次见到时的记录、每项发现变化前该机关
    各门户的最近一次记录、门户状态改变时的记录，无论多早都留着。

    Removes recordings of crawls (WARC) older than [crawl] warc_days on which nothing rests (none without that setting),
    and rewrites the database without its gaps. Archive and ledger stay whole. Whatever their age, those stay in which a
    version was first and last seen, the newest before each change of a finding, and that of every portal state.
    """
    call = session()
    data = require(call.data)
    with exclusive(data), closing(open_database(data)) as db:
        old = list(old_recordings(db, data, now()))
        gone = [one for one in old if not one.rested]
        before = data.database.stat().st_size
        if not dry_run:
            tidied(db, gone)
        after = data.database.stat().st_size
    rested = len(old) - len(gone)
    call.emit(
        {
            "dry_run": dry_run,
            "recordings": [one.path.name for one in gone],
            "bytes": _size(gone),
            "rested": rested,
            "database_before": before,
            "database_after": after,
        }
    )
    for one in gone[: call.room]:
        call.say(f"  {inert(one.path.name)}  {one.size / 1e6:,.1f} MB")
    for line in call.rest(len(gone)):
        call.say(line)
    call.say(
        call.text(
            f"{'会删去' if dry_run else '删去'}抓取记录 {len(gone)} 份，{_size(gone) / 1e6:,.1f} MB；"
            f"到了期而有东西以之为据、留着的 {rested} 份；数据库 {before / 1e6:,.1f} MB"
            + ("" if dry_run else f" → {after / 1e6:,.1f} MB"),
            f"{len(gone)} recordings {'would go' if dry_run else 'removed'}, {_size(gone) / 1e6:,.1f} MB; {rested} old "
            f"ones stay, as something rests on them; database {before / 1e6:,.1f} MB"
            + ("" if dry_run else f" → {after / 1e6:,.1f} MB"),
        )
    )


def _size(recordings: list[Recording]) -> int:
    return sum(one.size for one in recordings)
