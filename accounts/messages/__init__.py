"""What people are told and ask: notices, feedback, documents."""
