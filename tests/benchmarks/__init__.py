"""Tests of the benchmarks: that they run and count, not how fast anything is."""
