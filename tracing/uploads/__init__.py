"""Rows into the portal: what is sent, as a workbook or as an array, until it is stored."""
