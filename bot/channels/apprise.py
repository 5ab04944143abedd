"""Other chat services, by the Apprise library: messages go out, nobody is heard."""
