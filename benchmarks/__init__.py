"""The project's measured comparison with other ways to do the same job: `python -m benchmarks`."""
