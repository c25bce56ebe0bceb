"""Files that may be anything, given to every reader: `scripts/fuzz`, and `test_fuzz.py` in small.

cutting    files as one run of bytes, and back
seeding    what the fuzzing of a format starts from
mutating   changes to files: lines and columns, with words, trees and packing (archives)
trying     one input: what may become of it, and what may not
guided     many inputs, led by the coverage that they reach (needs atheris)
swelling   inputs of which one piece stands a thousand times, and crowds of marks
shrinking  a finding made small
"""
