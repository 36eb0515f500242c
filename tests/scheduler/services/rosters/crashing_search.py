"""The process of a search, with another in its place."""

from scheduler.services.rosters.separate_process import main
from tests.scheduler.services.rosters.test_separate_process import crashing

if __name__ == "__main__":
    main(crashing)
