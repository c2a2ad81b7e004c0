"""From a drawing or a picture to a 28x28 digit."""
