extensions = ["deck"]
project = "Tiny"
slide_numbers = True
