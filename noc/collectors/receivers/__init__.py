"""What devices push, taken in: one file a way."""
