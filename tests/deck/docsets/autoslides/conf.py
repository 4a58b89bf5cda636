extensions = ["deck"]
project = "Tiny"
