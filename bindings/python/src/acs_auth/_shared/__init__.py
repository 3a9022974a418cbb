"""Where the official package keeps what its samples take from it."""
