"""The whole product in one foreground process group, for trying it out."""
