"""The proof that it works: ``make test`` runs all but ``proof`` and ``bench``."""
