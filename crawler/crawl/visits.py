"""What an answer means for the crawl: kept, retried, followed or given up; one transaction per answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from crawler.crawl.harvest import Harvest
from crawler.crawl.page_workers import ended
from crawler.crawl.records import ListPage, PageQuestion, PageSeen
from crawler.ground.archive import Archive
from crawler.ground.contained import Failed
from crawler.ground.hosts import barred, refusal
from crawler.ground.reasons import Detail, Reason, quoted, says
from crawler.ground.urls import host_of, resolve
from crawler.ledger import costly, fetches, looks
from crawler.ledger.fetches import Fetch, Known
from crawler.ledger.frontier import MOST_TRIES, Frontier, FrontierEntry
from crawler.ledger.marks import Marks
from crawler.pages.verdicts import Answer, Verdict, Word, based
from crawler.wire.tls import remark

MOST_HOPS = 5
# Passing troubles: the request waits its turn and is made again.
RETRIED: frozenset[Word] = frozenset({"server_error", "throttled", "unreachable"})
# After so many of these in a row a host is left alone for the rest of the crawl.
PATIENCE: Mapping[Word, int] = {
    "unreachable": 6,
    "challenge": 3,
    "forbidden": 5,
    "throttled": 6,
    "login": 5,
    "tls": 2,
    "server_error": 9,
}


@dataclass(frozen=True, slots=True)
class VisitOutcome:
    """What the spider has to know afterwards: the word, and whether the host wants to be asked more slowly."""

    verdict: Word
    slow_down: bool = False


@dataclass(frozen=True, slots=True)
class Visits:
    """One crawl's dealings with its portals."""

    archive: Archive
    harvest: Harvest
    marks: Marks
    troubles: dict[tuple[str, str], list[Word]] = field(default_factory=dict)

    @property
    def frontier(self) -> Frontier:
        return self.harvest.frontier

    def known(self, url: str) -> Known | None:
        """What the newest sound look at an address left us."""
        return fetches.known(self.harvest.db, url)

    def question(self, entry: FrontierEntry, answer: Answer, *, held: bool) -> PageQuestion:
        """What is to be found out about an answer; `held`: what it is about is the body that we hold."""
        portal = entry.portal
        return PageQuestion(
            answer,
            entry.ask,
            self.harvest.clock(),
            self.harvest.portals[portal].family,
            held,
            register=not held or portal in self.harvest.whole,
        )

    def answered(
        self, entry: FrontierEntry, answer: Answer, seen: PageSeen, etag: str = "", last_modified: str = ""
    ) -> VisitOutcome:
        """An answer came back, and was read; the bytes of one that is `ok` stand in the archive, durably."""
        verdict = self._really(entry, seen) if seen.verdict.word == "ok" else seen.verdict
        if verdict.word in RETRIED and not entry.last_attempt:
            return self._again(entry, verdict, answer.status)
        line = Fetch(
            entry.portal,
            answer.url,
            entry.ask.kind,
            verdict.word,
            answer.status,
            seen.sha256 if verdict.word in ("ok", "unchanged") else None,
            etag,
            last_modified,
            verdict.said,
        )
        with self.harvest.db.atomic():
            line = self._handle(entry, answer, line, seen, verdict.location)
            said = remark(self.harvest.portals[entry.portal], answer.url) if line.sha256 else ()
            line = replace(line, said=(*line.said, *said)) if said else line
            self.frontier.done(entry, line.verdict)
            self._learn(entry, line)
            fetches.enter(self.harvest.db, self.frontier.crawl, line, self.harvest.clock())
            self._patience(entry, line.verdict)
            if self.is_costly(entry):
                costly.forget(self.harvest.db, entry.portal, entry.key)
        return VisitOutcome(line.verdict, line.verdict in RETRIED)

    def is_costly(self, entry: FrontierEntry) -> bool:
        """Whether the work on this page broke off before."""
        known = self.frontier.costly
        return entry.tries > 0 or (bool(known) and (entry.portal, entry.key) in known)

    def tries(self, entry: FrontierEntry, sha256: str) -> int:
        """How often the work on these bytes broke off, in this crawl and before."""
        return entry.tries + costly.before(self.frontier.costly, entry.portal, entry.key, sha256, self.harvest.clock())

    def broke_off(self, entry: FrontierEntry, failed: Failed, sha256: str) -> VisitOutcome:
        """The work on an answer did not come to its end: tried once more, last of all, or given up."""
        if failed.cause == "error":  # it would come to the same end again
            return self.failed(entry, Verdict("unreadable", quoted(failed.detail)))
        said = ended(failed)
        if failed.cause == "unavailable":
            # That says nothing about the page.
            if not entry.last_attempt:
                return self._deferred(entry, said, "")
            return self.failed(entry, Verdict("bound", said), final=True)
        tries = self.tries(entry, sha256) + 1
        if tries < MOST_TRIES:
            return self._deferred(entry, said, sha256)
        return self._given_up(entry, said, sha256, tries, failed.cause)

    def give_up(self, entry: FrontierEntry, sha256: str) -> VisitOutcome:
        """A page is not worked on again: its bytes have cost enough."""
        known = self.frontier.costly.get((entry.portal, entry.key))
        cause = known.cause if known is not None and known.sha256 == sha256 else "crawl_ended"
        return self._given_up(entry, (Reason(cause),), sha256, self.tries(entry, sha256), cause)

    def resume(self) -> None:
        """Gives up what the crawl that is now continued has died of."""
        with self.harvest.db.atomic():
            for entry, sha256 in self.frontier.hopeless():
                self.give_up(entry, sha256)
                self.frontier.pending -= 1

    def _deferred(self, entry: FrontierEntry, said: Detail, sha256: str) -> VisitOutcome:
        with self.harvest.db.atomic():
            self.frontier.defer(entry, sha256)
            self._note(entry, Verdict("unreadable", (*said, Reason("once_more"))), None)
        return VisitOutcome("unreadable")

    def _given_up(
        self, entry: FrontierEntry, said: Detail, sha256: str, tries: int, cause: costly.Cause
    ) -> VisitOutcome:
        with self.harvest.db.atomic():
            known = self.frontier.costly.get((entry.portal, entry.key))
            if known is None or known.sha256 != sha256 or known.tries < tries:
                costly.keep(
                    self.harvest.db, entry.portal, entry.key, entry.ask.url, sha256, tries, cause, self.harvest.clock()
                )
            return self.failed(entry, Verdict("unreadable", (*said, Reason("given_up", tries=tries))))

    def failed(self, entry: FrontierEntry, verdict: Verdict, *, final: bool = False) -> VisitOutcome:
        """No answer came back: the network, the rules or our own bounds stood in the way; `final`: for this crawl."""
        if verdict.word in RETRIED and not entry.last_attempt and not final:
            return self._again(entry, verdict, None)
        with self.harvest.db.atomic():
            self.frontier.done(entry, verdict.word)
            self._note(entry, verdict, None)
            self._patience(entry, verdict.word)
        return VisitOutcome(verdict.word, verdict.word in RETRIED)

    def _handle(self, entry: FrontierEntry, answer: Answer, line: Fetch, seen: PageSeen, location: str) -> Fetch:
        shown = seen.shown if line.sha256 is not None else None
        if isinstance(shown, ListPage):
            return self.harvest.listing(entry, line, shown)
        if shown is not None:
            return self.harvest.document(entry, line, shown)
        return self._redirect(entry, answer, line, location) if line.verdict == "redirect" else line

    def _learn(self, entry: FrontierEntry, line: Fetch) -> None:
        if entry.ask.kind == "detail" and not says(line.said, "shell"):
            looks.learned(
                self.harvest.db,
                entry.portal,
                entry.ask,
                entry.ask.shell or line.url,
                line.verdict,
                self.harvest.clock(),
                kind="roster" if entry.ask.roster else "",
            )
        elif entry.ask.kind == "list" and line.verdict in looks.GONE and entry.ask.page == 1 and not entry.ask.depth:
            self.harvest.probe(entry.portal)

    def _really(self, entry: FrontierEntry, seen: PageSeen) -> Verdict:
        # Some sites answer a burst with the list in place of the report.
        if seen.titled and fetches.is_list(self.harvest.db, self.frontier.crawl, entry.portal, seen.sha256):
            return based("throttled", "list_served")
        return seen.verdict

    def _again(self, entry: FrontierEntry, verdict: Verdict, status: int | None) -> VisitOutcome:
        with self.harvest.db.atomic():
            self.frontier.retry(entry)
            self._note(entry, based(verdict.word, "attempt", number=entry.attempts, why=verdict.said), status)
            self._patience(entry, verdict.word)
        return VisitOutcome(verdict.word, slow_down=True)

    def afresh(self, entry: FrontierEntry, said: Detail) -> VisitOutcome:
        """What the portal calls unchanged we do not hold: all of it is asked for, once."""
        before = entry.ask.detour
        with self.harvest.db.atomic():
            self.frontier.done(entry, "unreadable" if before.afresh else "redirect")
            if not before.afresh:
                again = replace(before, afresh=True, mark=f"{before.mark}afresh")
                self.frontier.push(entry.portal, replace(entry.ask, detour=again))
            self._note(entry, Verdict("unreadable", said), 304)
        return VisitOutcome("unreadable")

    def _redirect(self, entry: FrontierEntry, answer: Answer, line: Fetch, location: str) -> Fetch:
        ask, hops = entry.ask, entry.ask.detour.redirects + 1
        # By its headers or by its page: the verdict says where to.
        target, portal = resolve(answer.url, location), self.harvest.portals[entry.portal]
        if barred(target or location, portal.start_url, portal.allow_hosts):
            # It leads somewhere, and we may not follow: that says nothing against the page.
            return replace(
                line,
                verdict="refused",
                said=sent_but(location, refusal(target or location, portal.start_url, portal.allow_hosts)),
            )
        if target is None:
            reason: Reason | None = Reason("not_http")
        elif hops > MOST_HOPS:
            reason = Reason("many_redirects", most=MOST_HOPS)
        else:
            reason = self.harvest.refusal(entry.portal, replace(ask, url=target))
        if target is None or reason is not None:
            return replace(line, verdict="redirected", said=sent_but(location, reason))
        again = ask.method == "POST" and answer.status in (307, 308)
        self.frontier.push(
            entry.portal,
            replace(
                ask,
                url=target,
                method="POST" if again else "GET",
                body=ask.body if again else "",
                referer=ask.url,
                detour=replace(ask.detour, redirects=hops, mark=f"hop{hops}"),
                known_as=looks.look_key(ask),
            ),
        )
        return line

    def leave(self, entry: FrontierEntry, word: Word, reason: Reason) -> None:
        """Asks nothing more of a host in this crawl."""
        host = host_of(entry.ask.url)
        with self.harvest.db.atomic():
            spared = self.frontier.give_up(entry.portal, host, word)
            if spared:
                self._note(entry, based("bound", "not_made", why=(reason,), count=spared, host=host), None)

    def _patience(self, entry: FrontierEntry, word: Word) -> None:
        """Leaves a host alone that answers nothing but trouble."""
        host = host_of(entry.ask.url)
        row = self.troubles.setdefault((entry.portal, host), [])
        if word not in PATIENCE:
            row.clear()
            return
        row.append(word)
        if row[-PATIENCE[word] :] == [word] * PATIENCE[word]:
            self.leave(entry, word, Reason("in_a_row", word=word, count=PATIENCE[word]))

    def bounded(self, reason: Reason) -> None:
        """Writes down what was not asked, as a bound of ours was reached."""
        frontier = self.frontier
        for portal, host, count in frontier.spared:
            fetches.enter(
                self.harvest.db,
                frontier.crawl,
                Fetch(
                    portal,
                    self.harvest.portals[portal].start_url,
                    "list",
                    "bound",
                    said=(Reason("not_made", why=reason, count=count, host=host),),
                ),
                self.harvest.clock(),
            )
        frontier.spared.clear()

    def _note(self, entry: FrontierEntry, verdict: Verdict, status: int | None) -> None:
        fetches.enter(
            self.harvest.db,
            self.frontier.crawl,
            Fetch(entry.portal, entry.ask.url, entry.ask.kind, verdict.word, status, said=verdict.said),
            self.harvest.clock(),
        )


def sent_but(location: str, reason: Reason | None) -> Detail:
    """What is to be said of a redirect that is not followed."""
    assert reason is not None
    return (Reason("sent_but", url=location, why=reason),)
