#!/usr/bin/env python
"""The command line: every command runs with the servers it needs, and only with those."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        from portal.servers.commands import run
    except ImportError as error:
        sys.exit(f"The packages are not installed ({error}). README.md says how to install them.")
    run(sys.argv)


if __name__ == "__main__":
    main()
