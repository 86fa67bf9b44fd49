"""The parts that do the work, without a terminal."""
