"""An import in the browser: files, columns, what it would do, what it did, and the way back."""
