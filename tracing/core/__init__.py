"""What every part of tracing needs: rights, tables, places of pages, paging."""
