"""A stand-in for HeyGen's HTTP API that behaves, so that everything runs without an account."""
