"""Labelled files -> quality: what the ``eval`` commands run, one file a kind of label."""
