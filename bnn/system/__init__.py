"""Files, tables, locks and processes: what knows nothing of networks."""
