"""How a page is rendered: templates whose every text is made inert and escaped, and the files that they need."""

import secrets
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from monitor.pages.ask import Ask, Shown
from monitor.pages.curve import curve_svg, spark_svg
from monitor.pages.drawn import form_html, table_html
from monitor.pages.safe import harmless
from monitor.papers.paper import linked

STATIC = {
    "style.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
# Stands in a page where it says of when it is; what nobody outside can write.
AS_OF = secrets.token_hex(16).encode()


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("monitor.pages"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=harmless,
    )
    made.globals.update(linked=linked, curve_svg=_drawn(curve_svg), spark_svg=_drawn(spark_svg))
    made.globals.update(table=table_html, form=form_html)
    return made


def _drawn(draw: Any) -> Any:
    """A drawing of ours goes into the page as it is: it holds numbers, and texts that it has escaped."""
    return lambda *values: Markup(draw(*values))  # noqa: S704 - escaped by who drew it


def rendered(shown: Shown, ask: Ask) -> bytes:
    """The whole page."""
    template = _environment().get_template(f"{shown.template}.html.j2")
    text = template.render(
        ask=ask,
        say=ask.say,
        title=shown.title,
        tables={one.name: one for one in shown.tables},
        asset=asset,
        made_at=AS_OF.decode(),
        **shown.values,
    )
    return text.encode("utf-8", "replace")


@cache
def static(name: str) -> bytes:
    """One of the files that pages need."""
    return (files("monitor.pages") / "static" / name).read_bytes()


@cache
def asset(name: str) -> str:
    """The address of a file below the base; another one when it has changed."""
    return f"-/gouji/{name}?v={sha256(static(name)).hexdigest()[:12]}"
