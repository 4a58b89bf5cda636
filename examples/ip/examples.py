"""Lets `python3 examples/FAMILY/TRICK.py` find the package `examples`, two folders further up.

Started by its path a trick has its own folder in sys.path, so this file is what `import examples`
finds first. It puts the right folder there, and the package in its own place.
"""

import importlib
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])
del sys.modules[__name__]
importlib.import_module("examples")
