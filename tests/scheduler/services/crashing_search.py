"""The process of a search, with another in its place."""

from scheduler.services.apart import main
from tests.scheduler.services.test_apart import crashing

if __name__ == "__main__":
    main(crashing)
