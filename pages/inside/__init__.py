"""The Inside page: what the bits of a network do."""
