"""Where everything is kept, with SQLAlchemy."""
