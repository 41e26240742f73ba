"""The full numbers an issue asks for, before it is called done: ``make proof``.

What ``make test`` samples (hundreds of cases, a few seeds, two kill points, pairwise looks) runs
here whole. One file per claim, named for it; each prints the figures it found.
"""
