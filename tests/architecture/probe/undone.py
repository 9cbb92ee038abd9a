"""Many requests at one savepoint: whoever writes is taken back at once, and most do not write."""

from django.db import connection, transaction

READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET")


class Undone:
    """Inside `with Undone() as undone`, `undone.wrote` says whether anything was written since the last `take_back`.

    It goes by the statements. What a function writes behind a SELECT goes unnoticed, and so stays until something is
    taken back or all of it ends: whoever compares at those times misses nothing.
    """

    def __enter__(self):
        self.wrote = False
        self._watch = connection.execute_wrapper(self._see)
        self._watch.__enter__()
        self._begin()
        return self

    def __exit__(self, *_error):
        self._end()
        self._watch.__exit__(None, None, None)

    def take_back(self):
        """Undo what was written, if anything was."""
        if self.wrote or connection.needs_rollback:
            self._end()
            self._begin()
            self.wrote = False

    def _begin(self):
        self._block = transaction.atomic()
        self._block.__enter__()

    def _end(self):
        transaction.set_rollback(True)
        self._block.__exit__(None, None, None)

    def _see(self, execute, sql, params, many, context):
        self.wrote = self.wrote or not str(sql).lstrip().startswith(READS)
        return execute(sql, params, many, context)
