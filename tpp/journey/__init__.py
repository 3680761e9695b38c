"""The consent journey as pure steps: standard library only, no Flask, no HTTP; clocks and sleep are arguments."""
