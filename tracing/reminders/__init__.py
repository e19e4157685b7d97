"""报送提醒: what a unit still has to upload."""
