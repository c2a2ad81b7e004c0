"""The Audience page: what phones in the room have drawn, on a wall, and a game on it."""
