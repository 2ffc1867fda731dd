"""Statistical gates: what must hold before a stage may feed the next one."""
