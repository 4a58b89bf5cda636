"""What `python3 -m examples` calls: the command line, in a process that does nothing else."""

import gc
from typing import NoReturn


def start() -> NoReturn:
    """Carry out the command, and exit with its status.

    To run one trick Python is started for a tenth of a second. A tenth of that went into looking
    for garbage: among what was just loaded, and once more at the end.
    """
    gc.disable()
    from deck.programs.cli import main

    gc.freeze()
    gc.enable()
    status = main()
    gc.freeze()
    raise SystemExit(status)
