"""An engine for packed networks in C99. It is compiled to WebAssembly for the browser."""
