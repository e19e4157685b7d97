"""What the pages ask for. Labels come from the records; rows are judged there, never here."""
