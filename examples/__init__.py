"""The tricks of the talk, one program each; `python3 -m examples` lists them."""
