"""The console from outside, as its operator has it: a process on a pseudo-terminal, beside its peers."""
