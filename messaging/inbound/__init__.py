"""Everything providers and leads send us: verified, kept once, applied once.

doors (HTTP) → signatures → store (ProviderEvent) → apply → people, hearing, reports
"""
