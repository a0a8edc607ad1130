"""Files whatever their name says: taken in, told apart by their bytes, unpacked within bounds."""
