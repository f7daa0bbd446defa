"""Photos on the command line: finds them in folders and zips, sends, follows and scores them."""
