"""What a person may ask for: everything we hold about them, and that it be erased."""
