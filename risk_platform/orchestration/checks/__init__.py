"""What must hold before the next stage may read; each check's name is a sentence then true."""
