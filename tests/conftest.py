"""All tests: the annotations of numerics are checked at run time, shapes included; Hypothesis is deterministic."""

from hypothesis import settings
from jaxtyping import install_import_hook

# An int may stand for a float, as for the static checker.
install_import_hook("numerics", "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))")
settings.register_profile("deterministic", derandomize=True, deadline=None, database=None)
settings.load_profile("deterministic")
