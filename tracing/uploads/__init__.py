"""The way of rows into the portal: by a workbook, or as an array from elsewhere."""
