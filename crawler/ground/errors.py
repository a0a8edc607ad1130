"""Errors that the user can do something about; the command line prints them and exits with their status."""

import errno
import os
import socket
import ssl
from collections.abc import Mapping, Sequence

Both = tuple[str, str]  # a sentence in English and in Chinese

REASONS: Mapping[int, str] = {
    errno.ENOSPC: "磁盘满了",
    errno.EDQUOT: "超出了磁盘配额",
    errno.EACCES: "没有权限",
    errno.EPERM: "不许这样做",
    errno.EROFS: "文件系统只读",
    errno.ENOENT: "没有这个文件或文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EISDIR: "那里是文件夹",
    errno.EEXIST: "那里已有同名的",
    errno.ENOTEMPTY: "文件夹不是空的",
    errno.EIO: "磁盘读写出错",
    errno.ENAMETOOLONG: "名字太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EMFILE: "打开的文件太多",
    errno.ENFILE: "打开的文件太多",
    errno.EFBIG: "文件太大",
    errno.EBUSY: "正被占用",
    errno.EXDEV: "不在同一个磁盘上",
    errno.ENOLCK: "文件系统不能加锁",
    errno.ENOTSUP: "文件系统不支持",
    errno.EADDRINUSE: "端口已被占用",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
    errno.ECONNREFUSED: "那里没有程序在听，连接被拒绝",
    errno.ECONNRESET: "连接被对方断开",
    errno.EPIPE: "连接被对方断开",
    errno.EHOSTUNREACH: "到不了那台主机",
    errno.ENETUNREACH: "网络不通",
    errno.ETIMEDOUT: "等了太久没有回答",
}


def reason(error: OSError) -> Both:
    """Why the system refused, in the words that people have for it; by number where they have none."""
    if isinstance(error, ssl.SSLError):  # it and the resolver number their errors otherwise
        return f"no secure connection: {error.reason or error}", "加密连接没有建成（看证书和加密方式）"
    if isinstance(error, socket.gaierror):
        return f"{error.strerror or error}", "主机名解析不了"
    number = error.errno or 0
    if number <= 0 or error.strerror != os.strerror(number):
        return f"{error.strerror or error}", "系统没有照办"
    return error.strerror, REASONS.get(number, f"系统错误 {number}")


class GoujiError(Exception):
    """Something the user can fix; the message says what to do. Exit status 3 (could not run).

    `zh` is the same message in Chinese. `lines` are details, one per line, for example the bad lines of
    a file.
    """

    exit_status = 3

    def __init__(self, message: str = "", zh: str = "", lines: Sequence[Both] = ()) -> None:
        super().__init__("\n  ".join([message, *(english for english, _ in lines)]))
        self.message, self.zh, self.lines = message, zh or message, tuple(lines)

    def said(self, lang: str) -> str:
        """The message and its details in one language, as lines of text."""
        said = [(self.message, self.zh), *self.lines]
        return "\n  ".join(zh if lang == "zh" else english for english, zh in said)


class UsageError(GoujiError):
    """The call or an input file is wrong; the message names the place. Exit status 2."""

    exit_status = 2


class Stopped(BaseException):  # an orderly end, not an error
    """The service was asked to stop; what is stored stays, the rest is done at the next start.

    Not an Exception: code that contains the failure of one input must let it pass, as it lets Ctrl-C pass.
    """
