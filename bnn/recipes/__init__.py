"""What to train: recipes, the layers of their networks, and what a pixel is to the first layer."""
