"""What commands share: how they speak, and how they refuse."""
