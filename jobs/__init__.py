"""The ledger: what was sent, what it made, what still runs. Knows time and state, not HTTP."""
