"""What carries out commands: each blocks, stops within a second, brings back values, and writes no history."""
