"""`python -m tests.hostile SEED NUMBER > file`: the document that a failing test named, to be looked at or replayed."""

import sys

from tests.hostile.documents import make

if __name__ == "__main__":
    document = make(int(sys.argv[1]), int(sys.argv[2]))
    sys.stderr.write(f"{document.name!a}: {document.kind}\n")
    sys.stdout.buffer.write(document.body)
