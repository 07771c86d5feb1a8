"""How a step is written; it lies beside the derivations, whose notebooks show it too."""

from theory.relation import definitions as definitions
from theory.relation import readable_names as readable_names
from theory.relation import relation as relation
