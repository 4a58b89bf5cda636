"""What `deck init` writes: a small talk that builds, runs and is tested."""
