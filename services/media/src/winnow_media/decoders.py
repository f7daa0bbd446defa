"""The decoders that may open, each named on purpose: what recorders, telephones and cameras write.

Codec, as ffmpeg calls what a file holds, to the decoders that read it. All of them read packets and open nothing; what
only games, or formats that Winnow does not take, ever held stays out.
"""

_PCM = tuple(
    f"pcm_{form}"
    for form in (
        *("u8", "s8", "alaw", "mulaw", "bluray", "dvd", "s16le_planar", "s16be_planar", "s24le_planar", "s32le_planar"),
        *(f"{kind}{end}" for kind in ("s16", "s24", "s32", "f32", "f64") for end in ("le", "be")),
    )
)

AUDIO: dict[str, tuple[str, ...]] = {
    # films, music and voice notes
    "aac": ("aac", "aac_fixed"),
    "aac_latm": ("aac_latm",),
    "alac": ("alac",),
    "flac": ("flac",),
    "mp1": ("mp1float", "mp1"),
    "mp2": ("mp2float", "mp2"),
    "mp3": ("mp3float", "mp3"),
    "opus": ("opus", "libopus"),
    "speex": ("speex", "libspeex"),
    "vorbis": ("vorbis", "libvorbis"),
    "wmav1": ("wmav1",),
    "wmav2": ("wmav2",),
    "wmapro": ("wmapro",),
    "wmavoice": ("wmavoice",),
    # camcorders, broadcast and discs
    "ac3": ("ac3", "ac3_fixed"),
    "dts": ("dca",),
    "eac3": ("eac3",),
    "mlp": ("mlp",),
    "s302m": ("s302m",),
    "truehd": ("truehd",),
    # telephones, call centres and dictation
    "adpcm_g722": ("g722",),
    "adpcm_g726": ("g726",),
    "adpcm_g726le": ("g726le",),
    "adpcm_ima_qt": ("adpcm_ima_qt",),
    "adpcm_ima_wav": ("adpcm_ima_wav",),
    "adpcm_ms": ("adpcm_ms",),
    "adpcm_yamaha": ("adpcm_yamaha",),
    "amr_nb": ("amrnb",),
    "amr_wb": ("amrwb",),
    "g723_1": ("g723_1",),
    "g729": ("g729",),
    "gsm": ("gsm", "libgsm"),
    "gsm_ms": ("gsm_ms", "libgsm_ms"),
    "ilbc": ("ilbc",),
    "qcelp": ("qcelp",),
    "truespeech": ("truespeech",),
} | {name: (name,) for name in _PCM}
"""Every PCM width is a decoder of its own."""

VIDEO: dict[str, tuple[str, ...]] = {
    "av1": ("libdav1d", "libaom-av1", "av1"),
    "h263": ("h263",),
    "h264": ("h264",),
    "hevc": ("hevc",),
    "mjpeg": ("mjpeg",),
    "mpeg1video": ("mpeg1video",),
    "mpeg2video": ("mpeg2video",),
    "mpeg4": ("mpeg4",),
    "theora": ("theora",),
    "vp8": ("vp8",),
    "vp9": ("vp9",),
}

# ffprobe opens a decoder for every stream and gives up at one that is not allowed, so the ones that only turn marked
# text into text are here too; extraction never maps such a stream.
_TEXT = ("mov_text", "subrip", "srt", "ass", "ssa", "webvtt", "text")


def _names(*tables: dict[str, tuple[str, ...]]) -> str:
    return ",".join(name for table in tables for names in table.values() for name in names)


AUDIO_DECODERS = _names(AUDIO)
"""Their exact names, as ``-codec_whitelist`` takes them."""

VIDEO_DECODERS = _names(VIDEO)
MEDIA_DECODERS = f"{AUDIO_DECODERS},{VIDEO_DECODERS}"
PROBE_DECODERS = ",".join((MEDIA_DECODERS, *_TEXT))
