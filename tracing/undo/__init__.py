"""撤销: an upload is taken back whole, within a day."""
