"""Forms of messaging, a module a screen."""
