"""Where is my job? What each place knows of it, put together."""
