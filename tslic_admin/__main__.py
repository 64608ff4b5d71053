"""`python -m tslic_admin` opens the window; look into app.py for what happens then."""

from __future__ import annotations

import sys

from tslic_admin.app import main

if __name__ == "__main__":
    sys.exit(main())
