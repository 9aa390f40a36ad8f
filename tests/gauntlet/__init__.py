"""Models that misbehave in every way seen in the wild, let loose on the demo house and an annex to it.

Each case is judged by the end state of the whole house and by the truth of the spoken sentence, both read without
asking Parlor. `python -m tests.gauntlet` prints one line per kind of case.
"""
