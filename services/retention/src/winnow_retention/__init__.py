"""What goes from index, and when: old history, expired uploads and answers, and objects that nothing names."""
