"""Clients of the service for other languages, and what writes their types."""
