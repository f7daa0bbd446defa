"""From a photo to what is on it and how it is thrown away."""
