"""How fast the template is: one module for each measurement. `python -m benchmarks` writes docs/benchmarks.md."""
