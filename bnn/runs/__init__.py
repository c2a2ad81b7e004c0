"""Training runs: their folders, their states, and starting and stopping them."""
