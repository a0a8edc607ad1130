"""Between the engine and the wire: robots.txt, and which addresses a name may lead to."""
