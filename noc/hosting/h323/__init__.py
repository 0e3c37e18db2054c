"""H.323 registrations judged from packets: who rewrote what, and how certain that is.

Pure: values in, verdicts out. Facts and rows: reference h323-nat, chapters 2 to 5 and 10.
"""
