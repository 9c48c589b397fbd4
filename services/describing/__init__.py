"""What can be called, told in others' forms; made from the catalogue alone. Pure."""
