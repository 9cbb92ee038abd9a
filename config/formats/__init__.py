"""Number formats where ours differ from Django's."""
