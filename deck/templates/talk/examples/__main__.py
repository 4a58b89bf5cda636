try:
    from deck.programs.start import start
except ModuleNotFoundError as error:
    if error.name != "deck":
        raise
    raise SystemExit(
        "This Python has no sphinx-stage: python3 -m pip install sphinx-stage"
    ) from None

start()
