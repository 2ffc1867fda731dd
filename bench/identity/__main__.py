"""`python -m bench.identity`: prints the report."""

from bench.identity.report import main

main()
