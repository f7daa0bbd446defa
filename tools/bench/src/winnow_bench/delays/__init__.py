"""``winnow bench delays``: how late a delay of a second ends behind many long ones, beside stock Dramatiq."""
