"""Photos on the command line: found in folders and zips, sent, followed, judged."""
