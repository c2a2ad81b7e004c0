"""The Inside page, which shows what the bits of a network do."""
