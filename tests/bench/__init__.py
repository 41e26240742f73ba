"""Timings as ratios: ours against a reference in the same run; smaller is better, always."""
