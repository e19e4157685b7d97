"""What the reader of workbooks puts in the place of a cell that holds no value, beside the errors
that Excel writes itself, such as #N/A. The checks of rows read it.
"""

# For the result of a formula that was saved without it.
FORMULA = "formula"
# For the content that an empty cell seems to share with the one it is merged with.
MERGED = "merged"
# And, after a blank, a number of characters: for a text so long that it was left in the file.
TOO_LONG = "too_long"
# And two numbers of cells: its row of a text has so many, its headings so many.
UNEVEN = "uneven"
