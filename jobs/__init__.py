"""The command line, ``python -m jobs …``, and the worker: thin, like pages."""
