"""A seeded world of customers that writes the exports of CRM, BOSS and web systems.

Made for the sample run and the tests: planted truths go to a folder of their own. What does not
belong here: anything the product needs at run time on real data.
"""

from simulator.world import Density
from simulator.write import WorldSummary, write_world

__all__ = ["Density", "WorldSummary", "write_world"]
