"""Files on their way in: sent one after the other, followed together until each can be searched."""
