"""The CP-SAT model of a problem under a policy."""
