"""The packed network outside Python: an engine in C99, compiled to WebAssembly for the browser."""
