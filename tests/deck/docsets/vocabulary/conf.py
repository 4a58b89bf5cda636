extensions = ["deck"]
project = "Tiny"
slide_levels = 3
slide_numbers = True
slide_footer = "<em>The footer</em>"
slide_title = "The talk by another name"
talk_minutes = 2
