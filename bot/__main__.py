"""``python -m bot`` is the same as ``wirewatch``."""


def main() -> None:
    """Run the terminal."""
    import gc

    gc.set_threshold(
        50_000
    )  # modules and tables are there to stay: to look for unused ones slows every start
    from bot.cli import run_terminal

    run_terminal()


if __name__ == "__main__":
    main()
