"""Who is asked, and which way it goes: IP."""
