"""Wirewatch: a self-hosted news monitoring bot."""

__version__ = "0.1.0"
