"""The whole pipeline through the command people type."""
