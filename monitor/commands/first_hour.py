"""What `gouji init` asks on a terminal, and the commented gouji.toml made of the answers."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from crawler.ground.config import parse_config
from crawler.ground.data import TEMPLATE
from crawler.ground.errors import GoujiError
from monitor.commands.options import CallOptions
from monitor.words.terminal import inert

ADDRESS = re.compile(r"[^\s@<>\"',;:]{1,64}@[^\s@<>\"',;:]{1,190}")
APART = re.compile(r"[\s,;，；、]+")
PORTS = {"tls": 465, "starttls": 587, "none": 25}
TRIES = 5  # before a question is left open
CHINESE = """\
# gouji 的全部数据都在这个文件夹里：本文件、gouji.db、archive（原件）、outbox（发出的信）。
# 可以用记事本修改，保存时编码选 UTF-8；# 后面的是说明，不起作用。

[crawl]
contact = ""                 # 联系方式，抓取时告诉对方网站；空着就不抓取
delay = 2.0                  # 对同一主机两次请求之间隔几秒

[mail]
host = "127.0.0.1"           # 发信服务器
port = 25
security = "none"            # none、starttls 或 tls；用户名写 user，密码只放在环境变量 GOUJI_MAIL_PASSWORD 里
sender = ""                  # 发件地址
recipients = []              # 收件人：1 月到 4 月每天一封，其余月份每周一封
language = "zh"              # zh 或 en
# remind_days = [14, 7, 3, 1]  # 期限之前几天，告诉运维谁还没有公布；[] 为不提醒

[schedule]                   # 给 gouji watch：分 时 日 月 星期，北京时间
season_cron = "30 2 * * *"   # 1 月到 4 月：每天夜里
cron = "30 2 * * 1"          # 其余月份：每周一

# [duty]
# grace_days = 0             # 法定期限之外再宽几天

# 本地文件规定的期限，一份文件写一段：
# [[deadline]]
# due = "01-20"              # 报告年度的次年几月几日
# basis = "示例政办发〔2025〕3号"
# kinds = ["department", "township"]   # 部门、乡镇；还可写 division（区划）、parent（上级）、portal（门户）

# 所看的门户由 gouji portal add 网址 加在后面。
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person said; what was left open is ""."""

    contact: str = ""
    host: str = ""
    port: int = 25
    security: str = "none"
    user: str = ""
    sender: str = ""
    recipients: tuple[str, ...] = ()
    portal: str = ""


def ask(call: CallOptions) -> Answers:
    """The questions; an empty answer leaves one open."""
    call.say(
        call.text(
            "几个问题，直接回车则以后再写（写在 gouji.toml 里，随时可改）。",
            "A few questions; just Enter leaves one open (all of it stands in gouji.toml and can be changed).",
        )
    )
    contact = _checked(
        call,
        call.text("联系方式（邮箱或网址，抓取时告诉对方网站）", "your contact (mail or web address, told to portals)"),
        contact_of,
        call.text("请写邮箱（如 a@example.org）或网址", "write a mail address (a@example.org) or a web address"),
    )
    portal = _checked(
        call,
        call.text("要看的门户（任何一页的网址）", "the portal to watch (the address of any of its pages)"),
        portal_of,
        call.text("请写网址，如 www.example.gov.cn", "write an address, as www.example.gov.cn"),
    )
    host = _prompt(call.text("发信服务器（如 smtp.example.org；不发信就回车）", "mail server (Enter for no mail)"))
    if not host:
        return Answers(contact, portal=portal)
    security = _checked(
        call,
        call.text("加密方式（tls 多为 465 端口，starttls 多为 587，none 不加密）", "security (tls, starttls or none)"),
        lambda said: said if said in PORTS else None,
        call.text("请写 tls、starttls 或 none", "write tls, starttls or none"),
        "tls",
    )
    port = _checked(
        call,
        call.text("端口", "port"),
        port_of,
        call.text("请写 1 到 65535 之间的整数", "write a whole number from 1 to 65535"),
        str(PORTS[security or "tls"]),
    )
    user = _prompt(call.text("登录用户名（不用登录就回车）", "user name (Enter for none)"))
    wrong = call.text("请写邮箱，几个用逗号分开", "write mail addresses, with commas between them")
    sender = _checked(call, call.text("发件地址", "sender"), address_of, wrong, user or contact.removeprefix("mailto:"))
    recipients = _checked(call, call.text("收件人（几个用逗号分开）", "recipients"), addresses_of, wrong)
    return Answers(
        contact,
        host,
        int(port or PORTS[security or "tls"]),
        security or "tls",
        user,
        sender,
        tuple(filter(None, recipients.split(" "))),
        portal,
    )


def contact_of(text: str) -> str | None:
    """A mail address or a web address as it goes into the user agent; None for neither."""
    if ADDRESS.fullmatch(text.removeprefix("mailto:")):
        return f"mailto:{text.removeprefix('mailto:')}"
    return text if text.startswith(("http://", "https://")) and " " not in text else None


def portal_of(text: str) -> str | None:
    """The address of a page; None for what is none."""
    found = text if "://" in text else f"http://{text}"
    host = found.partition("://")[2].partition("/")[0]
    fits = found.startswith(("http://", "https://")) and "." in host and "@" not in host and " " not in found
    return found if fits else None


def port_of(text: str) -> str | None:
    """The number of a port, or None."""
    return text if re.fullmatch("[0-9]{1,5}", text) and 1 <= int(text) <= 65535 else None


def address_of(text: str) -> str | None:
    """One mail address, or None."""
    return text if ADDRESS.fullmatch(text) else None


def addresses_of(text: str) -> str | None:
    """Mail addresses with blanks between them, or None where one is none."""
    found = [one for one in APART.split(text) if one]
    return " ".join(dict.fromkeys(found)) if found and all(map(ADDRESS.fullmatch, found)) else None


def filled(answers: Answers, lang: str, path: Path) -> str:
    """The commented file with these answers; UsageError where it would be no valid one."""
    said: dict[str, object] = {"contact": answers.contact, "language": lang}
    if answers.host:
        said |= {
            "host": answers.host,
            "port": answers.port,
            "security": answers.security,
            "sender": answers.sender,
            "recipients": list(answers.recipients),
        }
    lines: list[str] = []
    for line in (TEMPLATE if lang == "en" else CHINESE).splitlines():
        key, equals, rest = line.partition(" = ")
        if equals and key in said:
            _, mark, comment = rest.partition("#")
            line = f"{key} = {_toml(said.pop(key))}"
            line = f"{line.ljust(28)} # {comment.strip()}" if mark else line
        lines.append(line)
        if key == "security" and answers.user:
            lines.append(f"user = {_toml(answers.user)}")
    text = "\n".join(lines) + "\n"
    parse_config(text.encode(), path)
    return text


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _prompt(words: str, default: str = "") -> str:
    return str(click.prompt(words, default=default, show_default=bool(default))).strip()


def _checked(call: CallOptions, words: str, read: Callable[[str], str | None], wrong: str, default: str = "") -> str:
    """An answer that can be read, or ""; asked again where it cannot be, a few times."""
    for _ in range(TRIES):
        said = _prompt(words, default)
        if not said:
            return ""
        if (found := read(said)) is not None:
            return found
        call.say(wrong)
    return ""


def prove(call: CallOptions, answers: Answers, send: Callable[[str], Mapping[str, Sequence[str]]]) -> None:
    """Offers to send a test mail; what speaks against it is said, and nothing else happens."""
    if not answers.recipients or not click.confirm(
        call.text("现在发一封测试邮件？", "send a test mail now?"), default=True
    ):
        return
    password = call.password
    if answers.user and not password:
        words = call.text("邮箱密码（只用这一次，不存）", "password (for this once, it is not kept)")
        password = click.prompt(words, default="", show_default=False, hide_input=True)
    try:
        failed = send(password)["failed"]
    except GoujiError as error:
        failed = [call.text(error.zh, error.message)]
    if failed:
        call.say(call.text("没有发出：", "not sent: ") + "；".join(map(inert, failed)))
        call.say(call.text("改好 gouji.toml 后再试：gouji alert --test", "mend gouji.toml, then: gouji alert --test"))
        return
    call.say(call.text("已发出，请看看收到没有。", "sent; see whether it has come."))
    if answers.user:
        call.say(
            call.text(
                "以后运行时把密码放在环境变量 GOUJI_MAIL_PASSWORD 里。",
                "From now on put the password into the environment variable GOUJI_MAIL_PASSWORD.",
            )
        )
