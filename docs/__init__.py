"""The documentation site: Markdown pages, and what turns them into HTML; `python -m docs DIR` builds it."""
