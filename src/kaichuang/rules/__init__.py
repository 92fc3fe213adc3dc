"""What is promised: rules as data, computed exactly.  Pure Python, without Django, usable alone."""
