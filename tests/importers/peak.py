"""The most memory a process has used. `ru_maxrss` would count what its parent had before it."""

import re
import resource
from pathlib import Path


def peak_megabytes() -> int:
    """Return the peak of this process since it was started, in megabytes."""
    try:
        found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    except OSError:  # not Linux
        found = None
    kilobytes = int(found[1]) if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes // 1024


def childrens_peak_megabytes() -> int:
    """Return the peak of the largest child that has ended; at least what this process had then."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
