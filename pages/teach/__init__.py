"""The Teach page, on which visitors teach a network signs of their own."""
