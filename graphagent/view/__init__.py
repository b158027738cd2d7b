"""Pictures of agents and of runs: drawn from the machine's graph and from the rows of a run, and from nothing else."""

from __future__ import annotations
