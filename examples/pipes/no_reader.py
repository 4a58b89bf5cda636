"""A writer without a reader dies.

`yes` has no end of its own, and yet `yes | head -1` ends. When the last read end has closed, the
next write brings a signal, SIGPIPE, which ends a program that does not expect it. A program that
ignores the signal, as Python does, gets EPIPE instead.

:needs: none
:man: pipe(7), signal(7)
:since: 2.6
"""

import errno
import os
import signal
import subprocess


def hang_up():
    """yes | head -1"""
    with subprocess.Popen(
        ["yes", "more"], stdout=subprocess.PIPE
    ) as yes:
        line = yes.stdout.readline()
        yes.stdout.close()
        status = yes.wait(timeout=10)
    return line, signal.Signals(-status).name


def write_on():
    end, start = os.pipe()
    os.close(end)
    try:
        os.write(start, b"more")
    except BrokenPipeError as error:
        return errno.errorcode[error.errno]
    finally:
        os.close(start)


def main():
    line, ended_by = hang_up()
    print(
        f"yes: {line.decode().strip()}, {line.decode().strip()}, ..."
    )
    print("head: takes one line and closes the pipe")
    print(f"kernel: yes was ended by {ended_by}")
    assert (line, ended_by) == (b"more\n", "SIGPIPE")

    ignored = signal.getsignal(signal.SIGPIPE) == signal.SIG_IGN
    error = write_on()
    print(f"python: ignores SIGPIPE: {ignored}")
    print(f"python: its write ends with {error}")
    assert (ignored, error) == (True, "EPIPE")


if __name__ == "__main__":
    main()
