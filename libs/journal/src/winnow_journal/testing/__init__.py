"""What tests of journals use: a disk that loses power, and a journal's whole content as one value."""
