"""A stand-in for LiveAvatar's HTTP API: sessions that start, bill and stop, and the rest."""
