"""What a run costs, as ratios against loops written by hand: `python -m benchmarks` prints the table."""
