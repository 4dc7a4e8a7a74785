"""Fakes of carriers, and of platforms that ask many carriers."""
