"""What a device said, kept for ever without anything that could tell whose it is."""
