"""A clock of 32 bits ends in 2038.

It counts the seconds since 1970. The one after the last is the most negative number of all, and the
date jumps back to the year 1901.

:needs: none
:man: time(2), gmtime(3)
:since: 2.6
"""

import ctypes
from datetime import datetime, timedelta

START = datetime(1970, 1, 1)


def date(clock):
    return START + timedelta(seconds=clock.value)


def main():
    clock = ctypes.c_int32(2**31 - 1)
    print("the last second:", date(clock))
    clock.value += 1
    print("a second later: ", date(clock))
    assert clock.value == -(2**31)


if __name__ == "__main__":
    main()
