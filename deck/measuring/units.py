"""Figures for readers: two digits or as many as asked, and the unit that suits them."""

import math

TIMES = "\N{MULTIPLICATION SIGN}"

_UNITS = {
    "µs": ((1e6, "s"), (1e3, "ms"), (1, "µs"), (1e-3, "ns")),
    "MB/s": ((1e3, "GB/s"), (1, "MB/s"), (1e-3, "kB/s")),
    "messages/s": ((1e6, "million messages/s"), (1, "messages/s")),
}


def digits(value: float, count: int = 2) -> str:
    """So many significant digits: 4.9, 120, 0.74, 120,000."""
    value = float(f"{value:.{count}g}")
    decimals = count - 1 - math.floor(math.log10(value)) if value else 0
    return f"{value:,.{max(0, decimals)}f}"


def number(value: float, unit: str, count: int = 2) -> str:
    """A figure for readers: "4.9 µs", "44 ms", "5.2 GB/s", "1.3 million messages/s"."""
    rounded = float(f"{value:.{count}g}")
    scales = _UNITS.get(unit, ((1, unit),))
    factor, name = next((pair for pair in scales if rounded >= pair[0]), scales[-1])
    return f"{digits(rounded / factor, count)} {name}"


def size(count: int) -> str:
    """Bytes for readers: "64 B", "1 KiB"."""
    for power, name in ((20, "MiB"), (10, "KiB")):
        if count >= 1 << power:
            return f"{count / (1 << power):g} {name}"
    return f"{count} B"
