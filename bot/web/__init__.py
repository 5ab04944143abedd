"""What the bot shows of itself over HTTP: ``/health``, ``/metrics`` and the status page, read only."""
