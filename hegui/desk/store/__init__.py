"""What the desk keeps: bytes by digest in a folder, everything else in one database."""
