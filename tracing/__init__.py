"""The data heart: submissions, codes and their traces."""
