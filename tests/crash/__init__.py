"""The bot killed at every named point and at any moment, against an oracle: nothing lost, no repeat unmarked.

``python -m tests.crash --kills 10000`` is the long run; ``test_kills.py`` the short one.
"""
