"""A policy: which rules hold and at what price; read, faulted, described."""
