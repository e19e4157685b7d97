"""Where rows are kept, and what follows from them in the same transaction."""
