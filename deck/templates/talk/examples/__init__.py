"""The programs of the talk; `python3 -m examples` lists them."""
