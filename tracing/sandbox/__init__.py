"""The sandbox of a unit: its software tries the interface there, on rows that meet no real one."""
