"""The allowed decoders, each listed on purpose: those for what recorders, telephones and cameras write.

The tables map a codec, by ffmpeg's name, to its decoders. All of them read packets and open no file. Codecs found only
in games, or in formats that Winnow does not take, are left out.
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
"""Each PCM width has its own decoder."""

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

# ffprobe opens a decoder for every stream and gives up if one is not allowed. So the subtitle decoders that only turn
# marked text into text are allowed too; extraction never maps such a stream.
_TEXT = ("mov_text", "subrip", "srt", "ass", "ssa", "webvtt", "text")


def _names(*tables: dict[str, tuple[str, ...]]) -> str:
    return ",".join(name for table in tables for names in table.values() for name in names)


AUDIO_DECODERS = _names(AUDIO)
"""The decoders' exact names, in the form of ``-codec_whitelist``."""

VIDEO_DECODERS = _names(VIDEO)
MEDIA_DECODERS = f"{AUDIO_DECODERS},{VIDEO_DECODERS}"
PROBE_DECODERS = ",".join((MEDIA_DECODERS, *_TEXT))
