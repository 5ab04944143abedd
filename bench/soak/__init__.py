"""``make soak``: months of polling, deciding and sending in minutes, with faults in between; nothing may be lost."""
