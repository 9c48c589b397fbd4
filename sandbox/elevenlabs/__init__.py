"""A stand-in for ElevenLabs' HTTP API whose speech can be heard: a tone for every letter."""
