"""Many calls of one action in one request."""
