"""The process that forks imports this last: what it has loaded stays, and no collector of a fork, which ends soon, goes through it."""

import gc

gc.disable()
gc.freeze()
