"""Rows for tests, one function each, with values that read like life. Each commits, in its own tenant's scope."""
