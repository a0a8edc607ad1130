"""Pictures by their addresses: which may show what a page says, and which only adorn it."""

import re

PICTURE = re.compile(r"\.(jpe?g|png|bmp|gif|webp|tiff?)$", re.IGNORECASE)
ORNAMENT = re.compile(
    r"logo|icon|banner|share|button|arrow|wechat|weixin|qrcode|ewm|jiucuo|dzjg|beian|blank|spacer|loading",
    re.IGNORECASE,
)
# Where a page keeps the address of a picture that its script shows: before what stands there until then.
LAZY = ("data-original", "data-src", "data-echo", "data-url", "oldsrc")
