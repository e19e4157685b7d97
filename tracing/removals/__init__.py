"""删除整批: a batch with all its codes is removed in one act."""
