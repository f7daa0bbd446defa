"""``winnow bench folder``: a folder of recordings, with Winnow and with the bare tools."""
