"""One run, top to bottom, without any input or output: the table of arcs, the run, its graph, its drivers."""
