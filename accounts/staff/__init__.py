"""What staff work with: their site at /admin/, how they sign in to it, and what its pages do."""
