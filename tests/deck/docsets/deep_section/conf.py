extensions = ["deck"]
project = "Tiny"
slide_levels = 2
