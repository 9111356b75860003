"""How fast the template is: one module for each measurement, `python -m benchmarks` runs them and writes docs/benchmarks.md."""
