"""The whole product in the foreground, ended as a whole, for trying it out."""
