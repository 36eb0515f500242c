"""Why there is no roster: facts that conflict, and the ways out."""
