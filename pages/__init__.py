"""One file per screen, named as the staff say it; renders, nothing else."""
