"""What an answer means for the crawl: kept, retried, followed or given up; one transaction per answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from crawler.agencies.titles import recognize
from crawler.evidence import fetches, looks
from crawler.evidence.archive import Archive, ArchiveError
from crawler.evidence.fetches import Fetch
from crawler.evidence.verdicts import Answer, Verdict, Word
from crawler.families import by_name
from crawler.fetching import shells
from crawler.fetching.frontier import Entry, Frontier
from crawler.fetching.harvest import Harvest
from crawler.fetching.hosts import barred, refusal
from crawler.middlewares.tls import remark
from crawler.urls import host_of, resolve

MOST_HOPS = 5
# Passing troubles: the request waits its turn and is made again.
RETRIED: frozenset[Word] = frozenset({"server_error", "throttled", "unreachable"})
# After so many of these in a row a host is left alone for the rest of the crawl.
PATIENCE: Mapping[Word, int] = {"unreachable": 6, "challenge": 3, "forbidden": 5, "throttled": 6, "login": 5,
                                "tls": 2, "server_error": 9}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the spider has to know afterwards: the word, and whether the host wants to be asked more slowly."""

    verdict: Word
    slow_down: bool = False


@dataclass(frozen=True, slots=True)
class Visits:
    """One crawl's dealings with its portals."""

    archive: Archive
    harvest: Harvest
    troubles: dict[tuple[str, str], list[Word]] = field(default_factory=dict)

    @property
    def frontier(self) -> Frontier:
        return self.harvest.frontier

    def answered(self, entry: Entry, answer: Answer, verdict: Verdict, sha256: str | None, etag: str = "",
                 last_modified: str = "") -> Outcome:
        """An answer came back, and was judged; the bytes of one that is `ok` stand in the archive, durably."""
        body = answer.body
        if verdict.word == "unchanged":
            known = fetches.known(self.harvest.db, answer.url)
            if known is None:
                return self._afresh(entry, "status 304 to a request without conditions")
            try:
                sha256, body = known.sha256, self.archive.read(known.sha256)
            except ArchiveError as error:
                return self._afresh(entry, str(error))
            etag, last_modified = etag or known.etag, last_modified or known.last_modified
        elif sha256 is not None:
            verdict = self._really(entry, verdict, sha256)
        if verdict.word in RETRIED and not entry.last_attempt:
            return self._again(entry, verdict, answer.status)
        line = Fetch(entry.portal, answer.url, entry.ask.kind, verdict.word, answer.status,
                     sha256 if verdict.word in ("ok", "unchanged") else None, etag, last_modified, verdict.detail)
        with self.harvest.db.atomic():
            line = self._handle(entry, answer, line, body)
            said = remark(self.harvest.portals[entry.portal], answer.url) if line.sha256 else ""
            line = replace(line, detail="; ".join(filter(None, (line.detail, said)))) if said else line
            self.frontier.done(entry, line.verdict)
            self._learn(entry, line)
            fetches.enter(self.harvest.db, self.frontier.crawl, line, self.harvest.clock())
            self._patience(entry, line.verdict)
        return Outcome(line.verdict, line.verdict in RETRIED)

    def failed(self, entry: Entry, verdict: Verdict, *, final: bool = False) -> Outcome:
        """No answer came back: the network, the rules or our own bounds stood in the way; `final`: for this crawl."""
        if verdict.word in RETRIED and not entry.last_attempt and not final:
            return self._again(entry, verdict, None)
        with self.harvest.db.atomic():
            self.frontier.done(entry, verdict.word)
            self._note(entry, verdict, None)
            self._patience(entry, verdict.word)
        return Outcome(verdict.word, verdict.word in RETRIED)

    def _handle(self, entry: Entry, answer: Answer, line: Fetch, body: bytes) -> Fetch:
        if line.sha256 is not None and entry.ask.kind == "list":
            return self.harvest.listing(entry, line, self.harvest.page(entry, line, body))
        if line.sha256 is not None:
            return self.harvest.document(entry, line, body, answer.name)
        return self._redirect(entry, answer, line) if line.verdict == "redirect" else line

    def _learn(self, entry: Entry, line: Fetch) -> None:
        if entry.ask.kind == "detail" and line.detail != shells.ASKED:
            looks.learned(self.harvest.db, entry.portal, entry.ask, entry.ask.context.get("shell", line.url),
                          line.verdict, self.harvest.clock(),
                          kind="roster" if "roster" in entry.ask.context else "")
        elif entry.ask.kind == "list" and line.verdict in looks.GONE and entry.ask.page == 1 and not entry.ask.depth:
            self.harvest.probe(entry.portal)

    def _really(self, entry: Entry, verdict: Verdict, sha256: str) -> Verdict:
        # Some sites answer a burst with the list in place of the report.
        info = recognize(entry.ask.title) if entry.ask.kind == "detail" else None
        if any(family.holds(entry.ask.url) for family in by_name(entry.ask.context.get("by", ""))):
            return verdict  # this one's lists are reports
        if info is not None and info.year is not None and fetches.is_list(
                self.harvest.db, self.frontier.crawl, entry.portal, sha256):
            return Verdict("throttled", "the list was served in place of the report")
        return verdict

    def _again(self, entry: Entry, verdict: Verdict, status: int | None) -> Outcome:
        with self.harvest.db.atomic():
            self.frontier.retry(entry)
            self._note(entry, Verdict(verdict.word, f"attempt {entry.attempts}: {verdict.detail}"), status)
            self._patience(entry, verdict.word)
        return Outcome(verdict.word, slow_down=True)

    def _afresh(self, entry: Entry, reason: str) -> Outcome:
        # What the portal calls unchanged we no longer hold: ask for all of it, once.
        context = {**entry.ask.context, "afresh": "1", "hop": f"{entry.ask.context.get('hop', '')}afresh"}
        with self.harvest.db.atomic():
            self.frontier.done(entry, "redirect" if "afresh" not in entry.ask.context else "unreadable")
            if "afresh" not in entry.ask.context:
                self.frontier.push(entry.portal, replace(entry.ask, context=context))
            self._note(entry, Verdict("unreadable", reason), 304)
        return Outcome("unreadable")

    def _redirect(self, entry: Entry, answer: Answer, line: Fetch) -> Fetch:
        ask, hops = entry.ask, int(entry.ask.context.get("hops", "0")) + 1
        # By its headers or by its page: the verdict says where to.
        location = answer.location or line.detail
        target, portal = resolve(answer.url, location), self.harvest.portals[entry.portal]
        if barred(target or location, portal.start_url, portal.allow_hosts):
            # It leads somewhere, and we may not follow: that says nothing against the page.
            return replace(line, verdict="refused", detail=f"sent to {location}: " + str(
                refusal(target or location, portal.start_url, portal.allow_hosts)))
        if target is None:
            reason: str | None = "not an http address"
        elif hops > MOST_HOPS:
            reason = f"more than {MOST_HOPS} redirects"
        else:
            reason = self.harvest.refusal(entry.portal, replace(ask, url=target))
        if target is None or reason is not None:
            return replace(line, verdict="redirected", detail=f"sent to {location}: {reason}")
        again = ask.method == "POST" and answer.status in (307, 308)
        self.frontier.push(entry.portal, replace(
            ask, url=target, method="POST" if again else "GET", body=ask.body if again else "", referer=ask.url,
            context={**ask.context, "hops": str(hops), "hop": f"hop{hops}", "origin": looks.look_key(ask)}))
        return line

    def leave(self, entry: Entry, word: Word, reason: str) -> None:
        """Asks nothing more of a host in this crawl."""
        host = host_of(entry.ask.url)
        with self.harvest.db.atomic():
            spared = self.frontier.give_up(entry.portal, host, word)
            if spared:
                self._note(entry, Verdict("bound", f"{reason}: {spared} requests to {host} were not made"), None)

    def _patience(self, entry: Entry, word: Word) -> None:
        """Leaves a host alone that answers nothing but trouble."""
        host = host_of(entry.ask.url)
        row = self.troubles.setdefault((entry.portal, host), [])
        if word not in PATIENCE:
            row.clear()
            return
        row.append(word)
        if row[-PATIENCE[word]:] == [word] * PATIENCE[word]:
            self.leave(entry, word, f"{word} {PATIENCE[word]} times in a row")

    def bounded(self, reason: str) -> None:
        """Writes down what was not asked, as a bound of ours was reached."""
        frontier = self.frontier
        for portal, host, count in frontier.spared:
            fetches.enter(self.harvest.db, frontier.crawl, Fetch(
                portal, self.harvest.portals[portal].start_url, "list", "bound",
                detail=f"{reason}: {count} requests to {host} were not made"), self.harvest.clock())
        frontier.spared.clear()

    def _note(self, entry: Entry, verdict: Verdict, status: int | None) -> None:
        fetches.enter(self.harvest.db, self.frontier.crawl,
                      Fetch(entry.portal, entry.ask.url, entry.ask.kind, verdict.word, status, detail=verdict.detail),
                      self.harvest.clock())
