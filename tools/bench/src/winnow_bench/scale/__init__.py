"""``winnow bench scale``: what the kept figures say that many jobs, or many hours of speech, would take."""
