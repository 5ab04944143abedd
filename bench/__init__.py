"""How quick the bot is: measured on news that the bench writes itself, so that anybody gets the same figures."""
