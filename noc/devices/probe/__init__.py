"""What a device really says: held against the dialect, or kept under pseudonyms."""
