"""`python -m crawler.discovery URL | --check [ID…]`: looks at portals over the network, prints what it saw as JSON."""

import sys

if __name__ == "__main__":
    import crawler.wire.early  # noqa: F401  (before all that loads Scrapy from deeper)
    from crawler.discovery.exploring import main  # not at the top: the processes that read pages load this module, too
    from crawler.ground.console import leave

    leave(main(sys.argv[1:]))
