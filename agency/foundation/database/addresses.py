def for_driver(url: str) -> str:
    """A database's address as the driver reads it, without the name that SQLAlchemy has for the driver."""
    return url.replace("+psycopg", "", 1)
