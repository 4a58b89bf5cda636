"""Who is out there: services."""
