"""The database backend: Django's PostgreSQL with the tenant guard."""
