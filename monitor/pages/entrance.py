"""The page at which people log in and out, where the configuration names some."""

from monitor.pages.ask import Answer, Ask, Moved, Shown
from monitor.pages.pages import NotThereError, failure
from monitor.pages.site import Site


def login_page(site: Site, ask: Ask) -> Answer:
    """The form, and what becomes of it."""
    if not site.people:
        raise NotThereError("nobody logs in here", "这里没有登录")
    if not ask.sent:
        return Shown("login", ask.say("登录", "Log in"), {"wrong": False})
    if ask.form.get("leave"):
        site.people.leave(ask.session)
        return Moved(ask.base, cookie="-")
    name = ask.form.get("name", "").strip()
    if site.people.is_held_off(name, ask.address):
        return failure(ask, ask.say("密码错得太多，请过几分钟再试。", "Too many attempts: wait some minutes."), 429)
    cookie = site.people.enter(name, ask.form.get("password", ""), ask.address)
    if not cookie:
        return Shown("login", ask.say("登录", "Log in"), {"wrong": True}, status=403)
    return Moved(ask.base, cookie=cookie)
