"""What holds in every test process. What does not belong here: fixtures (a folder has its own)."""

import gc

from warehouse.run import COLLECTED_AFTER

gc.set_threshold(*COLLECTED_AFTER)
