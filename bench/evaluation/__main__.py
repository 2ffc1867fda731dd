"""`python -m bench.evaluation`: measures, prints and writes the page."""

from bench.evaluation.report import main

main()
