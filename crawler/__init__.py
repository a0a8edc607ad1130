"""Portals and the register → documents in the archive. The only stage that touches the network."""
