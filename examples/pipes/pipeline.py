"""A pipeline ends only when the last writer lets go.

What a shell does for `printf ... | grep ERR`, by hand: one pipe and two programs that know nothing
of it. grep gets its end of file not when printf exits but when the last copy of the write end is
closed. The shell holds one; had it forgotten that, grep would wait on.

:needs: none
:man: pipe(2), pipe(7), dup(2)
:since: 2.6
"""

import os
import select

from examples.support.scene import child

LOG = r"GET /\nERR disk is full\nGET /\n"


def become(program, stdin, stdout):
    os.dup2(stdin, 0)
    os.dup2(stdout, 1)
    # Python's other descriptors close at exec.
    os.execvp(program[0], program)


def has_ended(pipe, within=0):
    poll = select.poll()
    poll.register(pipe, 0)  # tell of a hang-up only
    return poll.poll(within * 1000) == [(pipe, select.POLLHUP)]


def let_go(log, log_in):
    """The shell closes its own copy of the write end."""
    before = has_ended(log)
    os.close(log_in)
    return before, has_ended(log, within=5)


def main():
    log, log_in = os.pipe()
    errors, errors_in = os.pipe()
    with child(become, ["grep", "ERR"], log, errors_in):
        with child(become, ["printf", LOG], 0, log_in):
            print("shell: runs printf | grep ERR")
        before, after = let_go(log, log_in)
        print(f"kernel: printf has exited; end of file: {before}")
        print("shell: closes its own copy of the write end")
        print(f"kernel: end of file: {after}")
        assert (before, after) == (False, True)
        os.close(errors_in)
        found = os.read(errors, 100)
    print(f"grep: {found.decode().strip()}")
    left = os.read(log, 100)
    print(f"kernel: bytes left for a second reader: {len(left)}")
    assert (found, left) == (b"ERR disk is full\n", b"")


if __name__ == "__main__":
    main()
