"""The schema's history, one file per revision; applied when a store is opened."""
