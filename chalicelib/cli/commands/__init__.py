"""The commands of `python -m chalicelib`: a module each, whose `run` takes the arguments."""
