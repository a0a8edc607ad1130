"""统一社会信用代码 (GB 32100): 18 characters, the last one a check character."""

import re

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, Z, S, V
SHAPE = re.compile(f"[{ALPHABET}]{{18}}")


def is_credit_code(code: str) -> bool:
    """Whether the text is a 统一社会信用代码 whose check character is right."""
    return bool(SHAPE.fullmatch(code)) and check_character(code[:17]) == code[17]


def check_character(first17: str) -> str:
    """The 18th character that belongs to the first seventeen."""
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(first17))
    return ALPHABET[-total % 31]
