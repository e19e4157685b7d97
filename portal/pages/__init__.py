"""The shell around every page, dialogs, and how fields are written."""
