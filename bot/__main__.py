"""``python -m bot`` is the same as ``wirewatch``."""


def main() -> None:
    """Run the terminal."""
    from bot.cli import run_terminal

    run_terminal()


if __name__ == "__main__":
    main()
