"""The connection to a dask scheduler, and who is there to read for us."""

import logging
import platform
import time
import warnings
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any

from crawler.ground.contained import Failed, contained
from crawler.ground.errors import Both, GoujiError
from extract.engine.fetched import Say
from extract.engine.house import OTHERWISE, PREFIX, this_house

COUNT = 3.0  # seconds between two looks at who is there
NOBODY = 0.5  # the same while nobody is
SILENT = 10.0  # seconds after which a worker that has not said what it can do is told of
CONNECT = 10.0  # seconds for one try to reach the scheduler
PATIENCE = 300.0  # seconds for which a cluster may be gone, or have nobody who reads for us
DEATHS = 1  # of workers, after which the next is a document's own fault
TLS = "DASK_DISTRIBUTED__COMM__TLS__"  # how dask's variables begin that name certificates
OWN_LOGS = ("distributed", "distributed.client")  # what dask says there is said by us, or mended
SLOW_MESSAGE = "1 GiB"  # of a task's size, from which dask warns: a task carries its document


class Crew:
    """The workers of the scheduler at `address`, as they come and go. `say` is told what an operator should know.

    They read for us, or crawl for us where `crawling`: those of another version do neither.
    """

    def __init__(self, address: str, say: Say, patience: float = PATIENCE, *, crawling: bool = False) -> None:
        self.address, self.say, self.patience = address, say, patience
        self.house = this_house()
        self.base = self.house.crawls if crawling else self.house.base
        self.does: Both = ("crawls", "能抓取的") if crawling else ("reads", "能读文件的")
        self.client: Any = None
        self.connected = False
        self.offers: Mapping[str, frozenset[str]] = {}
        self.refused: set[str] = set()
        self.silent: dict[str, float] = {}  # since when a worker is there that has not said what it can do
        self.told = False  # that nobody there recognizes text
        self.counted = 0.0
        self.well_at = time.monotonic()  # when somebody was last there to read for us

    def open(self) -> None:
        """Connects, and waits for somebody who reads as we do; GoujiError where nobody answers or nobody comes."""
        self._connect()
        self.count()
        while not self.able([self.base]):
            if self.out_of_patience():
                self.close()
                raise GoujiError(
                    f"nobody at {self.address} {self.does[0]} with this version of gouji; "
                    f"start workers where it is installed: dask worker {self.address}",
                    f"{self.address} 那里没有装着这一版本 gouji、{self.does[1]}工作机；"
                    f"请启动：dask worker {self.address}",
                )
            time.sleep(NOBODY)
            self.count()

    def close(self) -> None:
        """Gives up whatever is under way."""
        contained(lambda: self.client.close())

    def present(self) -> bool:
        """Whether the scheduler answers; connects again where it does not, and looks after who is there."""
        if self.client.status != "running":
            self._connect_again()
            return False
        if not self.connected:
            self._introduce()
        if time.monotonic() - self.counted > (COUNT if self.able([self.base]) else NOBODY):
            self.count()
        return True

    def able(self, offers: Iterable[str]) -> frozenset[str]:
        """The workers that offer all of this."""
        return frozenset(name for name, offered in self.offers.items() if offered.issuperset(offers))

    def offering(self, need: str) -> str:
        """What a worker here offers that does this for us; "" where none does."""
        wanted = self.house.wanted(need)
        found = sorted(name for offered in self.offers.values() for name in offered if name.startswith(wanted))
        return found[0] if found else ""

    def only_some(self, need: str) -> bool:
        """Whether some of those who read for us can do this, and others cannot; never so for ""."""
        offer = self.offering(need) if need else ""
        return bool(offer) and self.able([self.base]) != self.able([self.base, offer])

    def is_blind(self) -> bool:
        """Whether none of those who read for us recognizes text as this machine does."""
        return bool(self.house.ocr) and not self.offering("ocr")

    def tell_unrecognized(self) -> None:
        """Says, once, that nobody there recognizes text."""
        if not self.told:
            self.told = True
            self.say(
                (
                    f"no worker at {self.address} recognizes text: scans and pictures are left, and read by the next "
                    "run once one does; install there: pip install 'gouji[ocr]'",
                    f"{self.address} 那里没有能识别文字的工作机：扫描件和图片留着，有了再读；"
                    "请在那里运行 pip install 'gouji[ocr]'，与这里同一版本",
                )
            )

    def out_of_patience(self) -> bool:
        """Whether nobody has been there to read for us for too long."""
        return time.monotonic() - self.well_at > self.patience

    def count(self) -> None:
        """Who is there and what each offers; says which of them read nothing for us."""
        info = contained(lambda: self.client.scheduler_info(n_workers=-1)["workers"])
        self.counted = time.monotonic()
        if isinstance(info, Failed):
            return
        self.offers = {name: self._offered(worker.get("resources") or ()) for name, worker in info.items()}
        if self.able([self.base]):
            self.well_at = time.monotonic()
        self._tell_refused()

    def _tell_refused(self) -> None:
        """Says, once of each, who is there and is given nothing: who reads otherwise, and who answers nothing."""
        silent = [name for name, offered in self.offers.items() if not offered]
        self.silent = {name: self.silent.get(name, self.counted) for name in silent}
        for name in sorted(self.offers.keys() - self.refused):
            why = self._refusal(name)
            if why is not None:
                self.refused.add(name)
                self.say(
                    (
                        f"the worker {name} {why[0]}: it is given nothing to do; install there what is installed here",
                        f"工作机 {name} {why[1]}，不派给它任何活；请装上与这里相同的版本",
                    )
                )

    def _refusal(self, name: str) -> Both | None:
        """Why this worker is given nothing; None where it is, or may still say what it can do."""
        if self.base in self.offers[name]:
            return None
        if self.offers[name]:
            return (
                "has no gouji, or another version of it or of what recognizes text",
                "没有装 gouji，或者它或识别文字的程序是另一个版本",
            )
        if self.counted - self.silent[name] < SILENT:
            return None
        # It cannot run what another Python has compiled, and so does not even say that.
        here = (f"Python {platform.python_version()}", f"dask {version('dask')}")
        return (
            f"does not say what it can do, its Python or dask is likely another version than here ({', '.join(here)})",
            f"没有回答它能做什么，它的 Python 或 dask 多半与这里（{'、'.join(here)}）不是同一版本",
        )

    def _offered(self, resources: Iterable[str]) -> frozenset[str]:
        """What a worker offers us: nothing, where its pictures would be read otherwise than ours."""
        offers = frozenset(one for one in resources if one.startswith(PREFIX))
        return frozenset({OTHERWISE}) if self.house.differs(offers) else offers

    def _connect(self) -> None:
        import dask
        from distributed import Client, Security
        from distributed.versions import VersionMismatchWarning

        dask.config.set({"distributed.admin.large-graph-warning-threshold": SLOW_MESSAGE})
        for name in OWN_LOGS:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._insist_on_keys(contained(lambda: Security().get_connection_args("client")))  # type: ignore[no-untyped-call]  # dask has no types
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", VersionMismatchWarning)  # what matters of it is said of each worker
            # It raises whatever a socket, TLS or a wrong answer raises.
            client = contained(lambda: Client(self.address, timeout=CONNECT, set_as_default=False))  # type: ignore[no-untyped-call]  # dask has no types
        if isinstance(client, Failed):
            raise GoujiError(
                f"no dask scheduler answers at {self.address} ({client.detail}); start one with: dask scheduler",
                f"{self.address} 没有 dask 调度器应答；先启动：dask scheduler"
                "（已经启动的，看地址、端口、防火墙，以及两头是否都加密）",
            )
        self.client = client
        self._introduce()

    def _insist_on_keys(self, found: dict[str, Any] | Failed) -> None:
        """GoujiError where what dask knows of certificates is not enough: asked before it connects, as a client of its
        that began without them cannot be closed any more, and says so for twenty seconds."""
        if isinstance(found, Failed) or (self.address.startswith("tls:") and not found["ssl_context"]):
            why = f" ({found.detail})" if isinstance(found, Failed) else ""
            raise GoujiError(
                f"the certificates for {self.address} are missing or cannot be used{why}; set "
                f"{TLS}CA_FILE, {TLS}CLIENT__CERT and {TLS}CLIENT__KEY",
                f"连 {self.address} 用的证书没有写全，或用不了；请写好 "
                f"{TLS}CA_FILE、{TLS}CLIENT__CERT 和 {TLS}CLIENT__KEY",
            )

    def _connect_again(self) -> None:
        """Dask tries for a while by itself; when it has given up, we begin anew."""
        if self.connected:
            self.say(
                (
                    f"the scheduler {self.address} does not answer; waiting for it",
                    f"调度器 {self.address} 没有应答，等它回来",
                )
            )
        self.connected = False
        if self.client.status == "closed":
            contained(self._connect)

    def _introduce(self) -> None:
        """Has every worker, also those to come, say what it can read for us; a document kills two at most."""
        import cloudpickle

        from extract.engine import introduction

        cloudpickle.register_pickle_by_value(introduction)
        contained(lambda: self.client.register_plugin(introduction.Introduction()))
        contained(lambda: self.client.run_on_scheduler(_set_deaths, deaths=DEATHS))
        self.connected = True


def _set_deaths(deaths: int, dask_scheduler: Any = None) -> None:
    dask_scheduler.allowed_failures = deaths
