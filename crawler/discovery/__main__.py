"""`python -m crawler.discovery URL | --check [ID…]`: looks at portals over the network; prints what it saw as JSON."""

import sys

if __name__ == "__main__":
    from crawler.__main__ import leave
    from crawler.discovery.exploring import main  # not for the processes that read pages: they load this module, too

    leave(main(sys.argv[1:]))
