"""Where runs are recorded: the journal, in memory or in a database, and what may stand in it."""
