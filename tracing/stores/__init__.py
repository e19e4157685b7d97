"""Where rows are kept, what follows from them, and whose they are."""
