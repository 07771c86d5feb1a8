"""Settings of the site; `make docs` builds it, `python -m docs DIR` likewise."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

project = "diffusion-crosscheck"
author = "the diffusion-crosscheck authors"
copyright = author
language = "en"
smartquotes = False  # --out is an option, no dash

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "docs.extensions.formulas",
    "docs.extensions.catalogue",
    "docs.extensions.notation",
    "docs.extensions.commands",
    "docs.extensions.claim_figures",
    "docs.extensions.docstrings",
]
exclude_patterns = ["_build"]

myst_enable_extensions = ["dollarmath", "attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3
myst_dmath_double_inline = True

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"
python_use_unqualified_type_names = True
add_module_names = False

html_theme = "furo"
html_title = project
html_math_renderer = "mathml"
html_static_path = ["_static", "../crosscheck/report/templates/mathml_missing.js"]
html_css_files = ["site.css"]
html_js_files = [(name, {"defer": "defer"}) for name in ("mathml_missing.js", "formulas.js")]
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
html_last_updated_fmt = None
html_theme_options = {
    "sidebar_hide_name": False,
    "navigation_with_keys": True,
}
highlight_language = "text"
