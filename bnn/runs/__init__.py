"""Training runs: their folders and states, and how they are started, queued and stopped."""
