"""The Audience page: a wall with the drawings of phones in the room, and a game."""
