"""Public clients of real devices (device interface, ch. 12), rebuilt small from what they ask and need.

One file a client; each runs against a lab and fails where the real one would crash, and what it learns is
compared with what noc knows.
"""
