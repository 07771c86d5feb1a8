"""What a person did wrong, in one line: the command line prints it after "crosscheck: " and exits with status 2."""


class UsageError(ValueError):
    """A wrong call or input; the message says what was given, what is allowed, and what to do."""


class FormulaError(UsageError):
    """A typed formula that cannot be read, or that is not a finite real number where it is needed."""
