"""Runs the pipeline on its schedule: runs, their lock and leash, and the status that others read."""
