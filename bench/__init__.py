"""Benchmarks beside their peers, in one run; only ratios count (`make bench`)."""
