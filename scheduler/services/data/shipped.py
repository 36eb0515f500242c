"""What comes with the program: examples and policies, in a checkout below `data`, in an installed
program inside its package.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[2]


def shipped(name: str) -> Path:
    """The folder of `examples` or `policies`."""
    checkout = _PACKAGE.parent / "data" / name
    return checkout if checkout.is_dir() else _PACKAGE / "shipped" / name
