extensions = ["deck"]
project = "مدخل إلى الاحتمالات"
author = "أستاذ"
language = "ar"
slide_levels = 2
slide_numbers = True
