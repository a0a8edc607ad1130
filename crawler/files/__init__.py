"""Files that the user already has: taken in, recognized by their bytes and not their names, unpacked within limits."""
