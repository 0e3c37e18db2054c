"""noc: the terminal console for the operators of hosted-PBX platforms."""

__version__ = "0.1.0"
