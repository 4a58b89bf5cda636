"""Ask a talk's probes, in the world in which this is started: `probe_worker.py TALK.py`.

The answers are one line of JSON: each need of PROBES to "" or what is wrong.
"""

import json
import os
import runpy
import signal
import sys
from types import FrameType

SECONDS = 5  # for one probe: all of them answer at once, or something is wrong


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError(f"no answer within {SECONDS} s")


def main(path: str) -> None:
    # A probe may use the talk's support modules.
    sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(path))))
    signal.signal(signal.SIGALRM, _too_long)
    answers = {}
    for need, probe in runpy.run_path(path)["PROBES"].items():
        signal.alarm(SECONDS)
        try:
            answers[need] = str(probe())
        except OSError as error:
            answers[need] = error.strerror or str(error)
        except Exception as error:
            answers[need] = f"{type(error).__name__}: {error}"
        signal.alarm(0)
    print(json.dumps(answers))


if __name__ == "__main__":
    main(sys.argv[1])
