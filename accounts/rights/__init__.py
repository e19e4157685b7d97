"""Who may do which business: holding, handing over, standing in, asking for it."""
