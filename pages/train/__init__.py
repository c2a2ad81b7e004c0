"""The Train page: start a training, watch it, and look after the runs."""
