"""Reports → findings → alerts; the schedule and the command line. The only stage that sends anything."""
