"""What a judgement about a portal or an answer rests on, in the reader's language; its words are the crawler's."""

from crawler.ground.reasons import from_json, told
from monitor.codebook import code_lists


def reason_words(detail: str, said: object, language: str) -> str:
    """The codes (`said`, as JSON holds them) in the language; in English, or where there are none, the `detail`."""
    if language == "zh" and (known := from_json(said)):
        return told(known, "zh", chinese)
    return detail


def chinese(codes: str, code: str) -> str:
    """The Chinese for a code of a list; a code that the list does not hold stands as it is."""
    words = code_lists()[codes].get(code)
    return words["zh"] if words else code
