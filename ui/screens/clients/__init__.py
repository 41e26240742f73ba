"""The views of ``/clients``: the list with its filters, and the form that begins a file."""
