"""Times the public Python parser of PML over a whole log. Arguments: its checkout, the log. Prints events and seconds."""
import sys
import time

sys.path.insert(0, sys.argv[1])
from procmon_parser import ProcmonLogsReader  # noqa: E402

begun = time.perf_counter()
with open(sys.argv[2], "rb") as log:
    events = sum(1 for _ in ProcmonLogsReader(log))
print(events, time.perf_counter() - begun)
