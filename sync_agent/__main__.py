"""Runs the agent: ``python -m sync_agent``."""

from sync_agent.cli import main

if __name__ == "__main__":
    main()
