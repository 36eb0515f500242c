"""The benchmark set for others: our facts as flat instances, our rosters as solutions of them."""
