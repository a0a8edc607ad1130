"""Characters that stand for others: radicals, as fonts give them, and ordinals that are one character."""

import unicodedata

# What Unicode itself calls the same; of the shortened radicals it says nothing.
RADICALS: dict[int, int | str] = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
RADICALS |= str.maketrans("⺠⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻣⻥⻦⻩⻬⻮⻰", "民西见角贝车长门青页风飞食马骨鱼鸟黄齐齿龙")
# ⑴ ⒈ ㈠, with their brackets and points.
ORDINALS: dict[int, int | str] = {
    code: unicodedata.normalize("NFKC", chr(code)) for code in (*range(0x2474, 0x249C), *range(0x3220, 0x322A))
}
PLAIN = RADICALS | ORDINALS
