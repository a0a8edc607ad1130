"""What the ledger asks of the database: who owes a report, first versions, what is listed and was not read."""

# Bodies first met in a document or on a portal are no register: nobody has said yet that they owe a report.
UNREGISTERED = ("document", "portal")
DEBTORS = """
select a.code, a.name, coalesce(a.kind, ''), coalesce(a.level, ''), coalesce(a.portal, ''), a.first_year, a.last_year,
       coalesce(a.division, ''), coalesce(a.parent, ''), coalesce(p.name, '')
from agencies a left join agencies p on p.code = a.parent
where coalesce(a.source, '') not in (?, ?) order by a.rowid
"""
# The first version of each body's report that stood on a portal; of the others, what was handed to us.
STOOD_OF = """
select agency, min(first_seen), published_on, sha256, url from documents
where year = :year and (first_seen <= :at or published_on <= :day) and {of} and portal is not null
group by agency
"""
STOOD = STOOD_OF.format(of="agency is not null")
HANDED = """
select agency, min(first_seen), published_on, sha256, url from (
  select agency, first_seen, published_on, sha256, url from documents
  where year = :year and (first_seen <= :at or published_on <= :day) and portal is null
    and agency in (select value from json_each(:bodies))
  union all
  select agency, first_seen, published_on, document, url from reports
  where year = :year and (first_seen <= :at or published_on <= :day)
    and agency in (select value from json_each(:bodies)))
group by agency
"""
# Those of nobody in the register: a namesake may be meant, or not. Two questions, so that each is looked up.
STRANGERS = f"select code from agencies where source in {UNREGISTERED}"
NOBODYS = """
select agency_name, portal, min(first_seen), published_on, sha256, url from (
  select agency_name, portal, first_seen, published_on, sha256, url from documents
  where year = :year and (first_seen <= :at or published_on <= :day) and agency is null
  union all
  select agency_name, portal, first_seen, published_on, sha256, url from documents
  where year = :year and (first_seen <= :at or published_on <= :day)
    and agency in (select value from json_each(:strangers)))
group by agency_name, portal
"""


# What a list names and we could not read: a dead link, a page elsewhere, another page in its place. A list that was
# read whole since, and names it no longer, ends that. (The pluses: of a portal's lines in the ledger there are far more
# than of one address.)
SAID = "case when json_valid(l.ask) then l.ask end"
SAID_URL = f"coalesce(json_extract({SAID}, '$.url'), l.url)"  # as the list has it, with what is cut out of ours
LISTED_UNREAD = f"""
l.kind = 'detail' and l.gone_since is null
  and coalesce(l.verdict, '') not in ('new', 'changed', 'restored', 'same', 'unchanged', 'ok')
  and (exists (select 1 from fetches f where f.url in (l.url, {SAID_URL}) and +f.portal = l.portal and +f.at <= :at)
    or (l.verdict = 'unreadable' and exists (select 1 from crawls c where c.id = l.listed_in and c.started_at <= :at)))
  and l.listed_in >= coalesce((select max(w.crawl) from crawl_portals w join crawls c on c.id = w.crawl
    where w.portal = l.portal and w.whole = 1 and w.state = 'ok' and c.finished_at <= :at), 0)
"""
LISTED = f"""
select l.portal, json_extract({SAID}, '$.title'), json_extract({SAID}, '$.source.agency'),
       json_extract({SAID}, '$.source.group'), l.verdict, l.url, l.year from looks l
"""
# What bears no year may be of the one before it was first seen.
UNREAD = f"""
{LISTED} where l.year = :year and {LISTED_UNREAD} union all
{LISTED} where l.year is null and {LISTED_UNREAD}
  and (select min(f.at) from fetches f where f.url in (l.url, {SAID_URL}) and +f.portal = l.portal)
    between :begin and :end
"""
# Still listed: no whole reading of the list since has left it out.
STILL = """
not exists (select 1 from looks l where l.portal = d.portal and l.url = d.url and (l.gone_since is not null
  or l.listed_in < (select max(w.crawl) from crawl_portals w join crawls c on c.id = w.crawl
    where w.portal = l.portal and w.whole = 1 and w.state = 'ok' and c.finished_at <= :at)))
"""
# What a list names as the report of one body, and says itself that it is another's: the first has not been read.
ANOTHERS = f"""
select d.portal, d.title from documents d where d.year = :year and d.first_seen <= :at and d.portal is not null
  and d.attachment_of is null and d.title <> '' and instr(d.title, coalesce(d.agency_name, d.title)) = 0 and {STILL}
"""
# What a list names as the report for this year, and says itself that it is another year's.
OTHER_YEARS = f"""
select d.portal, d.title, d.agency_name from documents d where d.year <> :year and d.first_seen <= :at
  and d.portal is not null and d.attachment_of is null
  and (instr(d.title, :figures) > 0 or instr(d.title, :written) > 0) and {STILL}
"""
