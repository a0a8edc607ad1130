"""The commands of gouji, one module for each or for a few that belong together; `monitor.cli` lists them."""
