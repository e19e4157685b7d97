"""The people of a unit: adding, changing and showing who they are."""
