"""How long and how much memory: deadlines, plans said beforehand, limits kept."""
