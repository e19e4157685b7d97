"""The namespaces of a .xlsx, for what writes one and what reads one."""

from __future__ import annotations

_ROOT = "http://schemas.openxmlformats.org"
MAIN = f"{_ROOT}/spreadsheetml/2006/main"
# Before the kind of a relation between two parts.
LINKS = f"{_ROOT}/officeDocument/2006/relationships"
PACKAGE = f"{_ROOT}/package/2006"
# What a strict file says for MAIN.
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
