"""Scores of predicted labels against gold ones, in the measures that the field uses."""
