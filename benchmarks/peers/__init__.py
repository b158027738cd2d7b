"""Other frameworks, each used as its documentation shows, measured in turn with the same loops.

Nothing here imports the package, so they can live in an environment of their own: `python -m benchmarks --peers
PYTHON`, or `PYTHON -m benchmarks.peers`. Who is not installed there is skipped, and said to be.
"""
