"""What the parts of the generator hand to one another: the task, hints from sources, recorded cases."""
