"""The realtime avatar: sessions opened, spoken through and closed, at HeyGen or at LiveAvatar."""
