"""Answers of catalogue reads, kept for a while; and one upstream call for callers who ask alike."""
