"""``winnow bench prepare``: one large recording prepared, beside bare ffmpeg and the bare store."""
