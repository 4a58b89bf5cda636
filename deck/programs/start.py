"""What `python3 -m examples` calls: the command line, in a process that does nothing else."""

import gc
import os
import sys
from typing import NoReturn


def start() -> NoReturn:
    """Carry out the command, and exit with its status.

    To run one trick Python is started for a tenth of a second. A tenth of that went into looking
    for garbage among what was just loaded, and into taking it apart at the end.
    """
    gc.disable()
    from deck.programs.cli import main

    gc.freeze()
    gc.enable()
    status = main()
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except (OSError, ValueError):  # no reader, closed: Python's own end says what there is to say
        raise SystemExit(status) from None
    os._exit(status)
