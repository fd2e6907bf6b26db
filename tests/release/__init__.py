"""What `make release` does: build, and try what was built where nothing else is.

Belongs here: checks of the files of a release, which take minutes.
Does not: the tests of the suite.
"""
