"""The parts of the metrics page: figures laid out as tables, bars and numbers with their links."""
