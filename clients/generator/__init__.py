"""Writes the clients' types from the catalogue: `python -m clients.generator` (`--check`)."""
