"""What the prose of a report states: sentences → claims. Text alone: no table, no model, no network."""
