"""Pages of messaging, a module a screen."""
