"""A stand-in for the vendors' HTTP APIs that behaves: everything runs without an account."""
