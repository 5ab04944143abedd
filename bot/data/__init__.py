"""The tables that ship with the bot; nothing but files."""
