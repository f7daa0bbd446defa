"""What goes from index, and when: deleted media, old history, expired uploads and answers, and objects that nothing names."""
