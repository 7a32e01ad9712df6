"""Every table, so that migrations and the mapper know them all."""
