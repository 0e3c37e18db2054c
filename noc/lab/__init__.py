"""The simulated platform on loopback: one world, thin servers over it (reference design, whole)."""
