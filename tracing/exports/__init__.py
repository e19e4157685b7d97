"""Codes with all their nodes as a file: asked for, made in the background, downloaded."""
