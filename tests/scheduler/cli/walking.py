"""A process that calls the command line with what stdin says, again and again, and tells what came
of it: for places where nothing can be written. Arguments: the database, and after how many bytes of
a file its disk is full (-1: never).
"""

import json
import resource
import signal
import sys

from tests.scheduler.cli.conftest import call

if __name__ == "__main__":
    db, room = sys.argv[1], int(sys.argv[2])
    commands = json.load(sys.stdin)
    call("rules", db=db)
    if room >= 0:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    for words in commands:
        answer = call(*words, db=db)
        print(json.dumps([answer.code, answer.out, answer.err]), flush=True)
