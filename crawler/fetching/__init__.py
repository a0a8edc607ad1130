"""From one address to the next: the frontier, who may be asked, what a page holds, what its answer means."""
