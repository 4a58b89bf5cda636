"""The tricks of the talk: one program each, standard library only. `python3 -m examples` lists them."""
