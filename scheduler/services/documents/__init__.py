"""What services find, as documents for programs: the same on the command line and over the API."""
