"""Ten tenths are not one.

A float is a sum of powers of two, and a tenth is none. So every addition rounds, and ten of them
miss the one; math.fsum keeps what plain addition loses on the way.

:needs: none
:man: nextafter(3)
:since: 2.6
"""

import math


def add_up(parts):
    total = 0.0
    for part in parts:
        total += part
    return total


def main():
    tenths = [0.1] * 10
    print("added one by one:", add_up(tenths))
    print("added by math.fsum:", math.fsum(tenths))
    assert add_up(tenths) != 1 == math.fsum(tenths)


if __name__ == "__main__":
    main()
