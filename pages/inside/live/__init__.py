"""Inside, in the browser: the chapters follow the pen."""
