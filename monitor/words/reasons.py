"""The reasons for a judgement on a portal or an answer, in the reader's language, with the crawler's words."""

from crawler.ground.reasons import from_json, told
from monitor.codebook import code_lists


def reason_words(detail: str, said: object, language: str) -> str:
    """The reasons (`said`, as JSON) in words; in English, or if `said` has no known codes, the stored `detail`."""
    if language == "zh" and (known := from_json(said)):
        return told(known, "zh", chinese)
    return detail


def chinese(codes: str, code: str) -> str:
    """The Chinese for a code of a list; a code that is not in the list is returned unchanged."""
    words = code_lists()[codes].get(code)
    return words["zh"] if words else code
