"""What everyone signed in sees and changes of the own account."""
