"""Files that may be anything, given to every reader: `scripts/fuzz`, and `test_fuzz.py` in small.

cutting    files as one run of bytes, and back
seeding    what the fuzzing of a format starts from
mutating   changes to files: bytes, lines, columns, JSON and XML trees, archives
trying     one input: what may become of it, and what may not
guided     many inputs, led by the coverage that they reach (needs atheris)
shrinking  a finding made small
"""
