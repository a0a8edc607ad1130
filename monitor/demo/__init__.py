"""The demo: a portal of our own making on loopback, and the servers it needs."""
