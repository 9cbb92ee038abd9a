"""Two leads that are one person become one, nothing is lost, and it can be taken back."""
