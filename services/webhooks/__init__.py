"""Webhooks: what vendors tell us, and what we tell orgs."""
