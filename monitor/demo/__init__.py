"""The demo: an invented portal on loopback, and the servers it needs."""
