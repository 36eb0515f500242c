"""Who is asking, what they may, what was done: every other service asks here first."""
