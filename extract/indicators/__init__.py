"""The statistics of reports before 2019: a name, a unit, the year's figure and the cumulative one; lines are data."""
