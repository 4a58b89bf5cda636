extensions = ["deck"]
project = "Forty days in the north"
author = "A traveller"
html_static_path = ["_static"]
slide_theme = "single-level"
slide_levels = 1
