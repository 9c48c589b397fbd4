"""`python -m ai_proxy`."""

import sys

from .cli import main

sys.exit(main())
