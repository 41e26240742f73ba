"""Charts: one function per chart, drawn once per language and theme; the data comes later."""
