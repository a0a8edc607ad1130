"""A request that a rule of ours or of the site keeps from being made, with the reason."""

from scrapy.exceptions import IgnoreRequest

from crawler.ground.reasons import Reason


class Unasked(IgnoreRequest):
    """The request is not made."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(reason))
        self.reason = reason
