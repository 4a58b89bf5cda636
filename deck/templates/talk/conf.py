"""Sphinx settings of the talk. The machinery's documentation describes each of them."""

extensions = ["deck"]

project = "TALK-NAME"
author = "TALK-AUTHOR"
language = "en"

talk_contact = ""  # on the slides' last line: an address, a handle
talk_minutes = 5  # what the slides' `minutes` may add up to

slide_levels = 2
slide_numbers = True

html_copy_source = False
