"""What a data directory has to hold drafts against: the body's earlier reports, and what is known of it. Reads only."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlite_utils import Database

from crawler.agencies.register import find_agency, namesakes
from crawler.ground.config import Config
from extract.model import Problem, Report
from extract.store.load import StoredReport, load_reports
from monitor.checking.bodies import contexts
from monitor.checking.drafts import Beside, Lack
from monitor.reconcile.outcome import Context
from monitor.reuse.known import SharedTexts


def stored_beside(db: Database, config: Config, drafts: Sequence[Report | Problem]) -> Iterator[Beside]:
    """For each draft its body's stored reports for the years before; the draft takes the place of its own year's."""
    texts = SharedTexts(db, config.reuse, signed=False)  # a draft that is not stored has no candidates
    for draft in drafts:
        code, lack = _body(db, draft)
        if code is None or isinstance(draft, Problem):
            yield Beside(lack)
            continue
        stored = [one for one in load_reports(db, code) if draft.year is not None and one.year < draft.year]
        context = contexts(db, [code])[code]
        if not stored:
            yield Beside("nothing_earlier", code, context.name, context=context)
            continue
        yield Beside(
            "", code, context.name, {one.year: one.report for one in stored}, _with_texts(texts, context, code, stored)
        )


def _body(db: Database, draft: Report | Problem) -> tuple[str | None, Lack]:
    """The body of a draft by the register; where none or several may be meant, that."""
    if isinstance(draft, Problem):
        return None, "unread"
    if not draft.agency_name:
        return None, "no_agency"
    if draft.year is None:
        return None, "no_year"
    code = find_agency(db, draft.agency_name)
    if code is None:
        return None, "several" if len(namesakes(db, draft.agency_name)) > 1 else "unknown_body"
    return code, ""


def _with_texts(texts: SharedTexts, context: Context, code: str, stored: Sequence[StoredReport]) -> Context:
    reuse = texts.of({code: stored}).get(code)
    return replace(context, reuse=reuse) if reuse else context
