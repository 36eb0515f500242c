"""Facts as people keep them: found, changed row by row, ended, taken back."""
