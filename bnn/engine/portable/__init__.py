"""An engine for packed networks in C99, its builds in WebAssembly, and the JavaScript that uses them."""
