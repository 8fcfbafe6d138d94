"""For an operator who erases a player's data: find every object that has it (docs/erasing.md).

Nothing here deletes: it shows objects, and writes lists of them for `aws s3api delete-objects`.
"""
