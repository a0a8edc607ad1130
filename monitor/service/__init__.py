"""The road on its schedule: runs, their lock and leash, the status that others read."""
