"""How a roster is looked for: one strategy, one file. A strategy promises a roster and a bound, never a proof of its own."""
