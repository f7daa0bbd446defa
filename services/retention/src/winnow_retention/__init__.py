"""What goes from index, and when: what people delete, old history, expired uploads, objects that nothing names."""
