"""`gouji alert`: each reader gets one digest in their period, once; a mail that failed is sent by the next run."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from sqlite_utils import Database

from crawler.ground.config import Config, Subscription
from crawler.ground.data import DataDir
from crawler.ground.errors import Stopped, UsageError
from monitor.alerts.composing import Call, digester, hindrance_of, tester
from monitor.alerts.delivery import BEYOND, AlertResult, Outgoing, Post, Untold, attempt
from monitor.alerts.mail import Mailer
from monitor.alerts.reminding import reminder
from monitor.alerts.robots import Robots
from monitor.duty.clock import read_clock
from monitor.subscriptions import Recipient, readers_of


def alert(
    db: Database,
    data: DataDir,
    config: Config,
    now: datetime,
    *,
    dry_run: bool = False,
    test: bool = False,
    password: str = "",
    at_once: bool = False,
    environment: Mapping[str, str] | None = None,
    stop: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] | None = None,
) -> AlertResult:
    """Sends each reader what they have not been told yet, or that there is nothing new; once in their period.

    What goes wrong with one reader is a failed delivery of theirs, tried again by the next alert; the others are told.
    `dry_run` composes only. `test` sends a test message only. `at_once` waits for no period and sends no heartbeat: a
    person is asking. When `stop` says so, what is under way is brought to an end and Stopped is raised; `progress` is
    called with (done, total) messages. Raises UsageError for settings with which nobody can be told, GoujiError
    when the outbox cannot be written: nothing is lost then.
    """
    now = read_clock(db, now).sure  # by a clock that cannot be believed nothing falls due, and no day is named
    readers = readers_of(config) if not dry_run else readers_of(config) or _nobody(config)
    if not dry_run:
        _insist(readers, config, password)
    result = AlertResult()
    with Mailer(config.mail, password, stop=stop) as mailer, Robots(stop) as robots:
        environment = os.environ if environment is None else environment
        post = Post(db, data, mailer, robots, environment)
        if not dry_run and not test:
            post.finish(readers, now, result)

        def untold(reader: Recipient, why: Untold) -> None:
            if dry_run:
                result.fail(reader.recipient, why)
            else:
                post.note_failure(reader, "test" if test else "digest", now, why, result)

        call = Call(db, config, now, at_once, None if dry_run else password, result, untold, stop, environment)
        found = list(_composed(readers, tester(call) if test else digester(call), call))
        if not test:
            found += _composed(readers, reminder(call), call)
        result.messages = [one.message for one in found]
        for done, one in enumerate(found if not dry_run else ()):
            if progress:
                progress(done, len(found))
            if stop():
                raise Stopped
            outcome = attempt(partial(post.deliver, one, result), beyond=BEYOND)
            if outcome is not None:
                untold(one.reader, outcome)
        if stop():
            raise Stopped
    return result


def _nobody(config: Config) -> tuple[Recipient, ...]:
    # A digest can be looked at before the mail is set up.
    everything = Subscription("", period=config.mail.period)
    return (Recipient("", config.mail.language, config.mail.period, (everything,), operator=True),)


def _insist(readers: Sequence[Recipient], config: Config, password: str) -> None:
    if not readers:
        raise UsageError(
            'nobody receives mail: write recipients = ["you@example.org"] below [mail] in gouji.toml',
            '没有收件人：请在 gouji.toml 的 [mail] 下写 recipients = ["you@example.org"]',
        )
    hindered = [error for reader in readers if (error := hindrance_of(reader, config, password)) is not None]
    if len(hindered) == len(readers):
        raise hindered[0]


def _composed(
    readers: Sequence[Recipient], compose: Callable[[Recipient], Outgoing | None], call: Call
) -> Iterator[Outgoing]:
    for reader in readers:
        if call.stop():
            raise Stopped
        one = attempt(partial(compose, reader))
        if isinstance(one, Untold):
            call.untold(reader, one)
        elif one is not None:
            yield one
