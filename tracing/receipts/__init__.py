"""回执: what was stored of an upload, on a page that anybody can have confirmed."""
