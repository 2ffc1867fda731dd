"""Quality of identity, held against truth: public sets and the simulated world."""
