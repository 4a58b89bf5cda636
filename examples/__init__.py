"""The tricks of the talk, one program each; `python3 -m examples` lists them."""

if not __debug__:
    raise SystemExit(
        "The tricks prove what they say by assertions, and -O (or PYTHONOPTIMIZE) leaves those out."
        " Start Python without it."
    )
