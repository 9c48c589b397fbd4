"""The obvious way to write the same proxy, as something to measure against; never deployed."""
