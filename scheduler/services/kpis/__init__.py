"""How published weeks have gone: measures with their definitions, sums, targets and gaps."""
