"""The Train page, on which visitors start a training, watch it and manage the runs."""
