"""The management API: credentials, API keys, policy and audit of one org, for its own keys."""
