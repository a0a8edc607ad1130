"""Loopback portals that behave as real ones do, faults included."""
