"""Chile and its neighbours write 1.234.567,89; Django's Spanish is Spain's, with spaces."""

THOUSAND_SEPARATOR = "."
DECIMAL_SEPARATOR = ","
NUMBER_GROUPING = 3
DATETIME_FORMAT = "j\u00a0b\u00a0Y, H:i"
