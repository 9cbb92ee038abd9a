"""Spanish as written in Chile."""
