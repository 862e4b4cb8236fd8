"""How fast it is, against what, and how much memory it takes: see docs/benchmarks.md."""
