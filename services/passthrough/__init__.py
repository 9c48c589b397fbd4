"""Vendors' own clients, served as they are: `docs/passthrough.md`."""
