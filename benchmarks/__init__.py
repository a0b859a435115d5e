"""Speed of the package beside hand-written Python and other engines.

`make bench`, or `python benchmarks/run.py --help`.
"""
