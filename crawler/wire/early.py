"""What of Scrapy asks, while it is loaded, who loads it: to be loaded first, from where few stand above.

Its old names look through all the calls that led there, and for each through all modules that are loaded
(`inspect.stack`): from deep within our own imports that took a third of a second of every crawl.
"""

import scrapy.core.downloader.contextfactory

__all__ = ("scrapy",)
