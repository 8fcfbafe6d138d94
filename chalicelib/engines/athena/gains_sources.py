"""The files that gains are made of, as parts of SQL."""

from itertools import pairwise

from chalicelib.engines.athena.parts import Source, require


class GainsSources:
    """The states of the files that gains are made of: of one kingdom, in order of their dates.

    Attributes:
        older: `from`.
        newer: `to`.
        before: the snapshot right before `from`; None if there is none.
    """

    def __init__(self, older: Source, newer: Source, before: Source | None) -> None:
        """See that they may be compared.

        Raises:
            ValueError: they may not.
        """
        self.older = older
        self.newer = newer
        self.before = before
        all_three = [*([] if before is None else [before]), older, newer]
        require(
            len({(one.table, one.kingdom) for one in all_three}) == 1
            and all(a.day < b.day for a, b in pairwise(all_three)),
            all_three,
        )

    @property
    def identity(self) -> tuple[int | str, ...]:
        """What rows say of themselves, in order."""
        before = "" if self.before is None else self.before.file
        return (*self.older.identity, *self.newer.identity, before)

    @property
    def columns(self) -> str:
        """The columns of `identity`, as SQL."""
        *_, before = self.identity
        sides = (
            f"{side}_kingdom, {side}_dt, {side}_run_id, "
            f"'{one.version}' AS {side}_version, '{one.file}' AS {side}_file"
            for side, one in (("from", self.older), ("to", self.newer))
        )
        return ", ".join([*sides, f"'{before}' AS before_file"])
