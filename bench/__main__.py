"""`python -m bench [NAME…]`: runs every benchmark of this folder (or those named), each in a process of its own."""

import pkgutil
import subprocess
import sys
from pathlib import Path

LONG = ("engine", "kills", "prose", "season", "years")  # they take minutes: run only when named


def main() -> None:
    folder = Path(__file__).parent
    known = [module.name for module in pkgutil.iter_modules([str(folder)]) if not module.name.startswith("_")]
    for name in sys.argv[1:] or known:
        if name in LONG and not sys.argv[1:]:
            print(f"== {name}: takes minutes, run it with: python -m bench.{name}", flush=True)
            continue
        print(f"== {name}", flush=True)
        subprocess.run([sys.executable, "-m", f"bench.{name}"], check=True)


if __name__ == "__main__":
    main()
