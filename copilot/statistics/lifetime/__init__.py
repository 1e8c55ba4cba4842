"""Customers over time: waits for the next order, cohorts, value by age, movement between groups and stages."""
