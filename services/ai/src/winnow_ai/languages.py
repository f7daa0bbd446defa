"""Names of languages to ISO 639-1 codes: some endpoints answer ``english``, some ``en``."""

import re

UNKNOWN = "und"
"""ISO 639-2 code for an undetermined language."""

_TABLE = """
af=afrikaans am=amharic ar=arabic as=assamese az=azerbaijani ba=bashkir be=belarusian bg=bulgarian bn=bengali
bo=tibetan br=breton bs=bosnian ca=catalan cs=czech cy=welsh da=danish de=german el=greek en=english es=spanish
et=estonian eu=basque fa=persian fi=finnish fo=faroese fr=french gl=galician gu=gujarati ha=hausa haw=hawaiian
he=hebrew hi=hindi hr=croatian hu=hungarian hy=armenian id=indonesian is=icelandic it=italian ja=japanese
jw=javanese ka=georgian kk=kazakh km=khmer kn=kannada ko=korean la=latin lb=luxembourgish ln=lingala lo=lao
lt=lithuanian lv=latvian mg=malagasy mi=maori mk=macedonian ml=malayalam mn=mongolian mr=marathi ms=malay
mt=maltese my=burmese ne=nepali nl=dutch no=norwegian oc=occitan pa=punjabi pl=polish ps=pashto pt=portuguese
ro=romanian ru=russian sa=sanskrit sd=sindhi si=sinhala sk=slovak sl=slovenian sn=shona so=somali sq=albanian
sr=serbian su=sundanese sv=swedish sw=swahili ta=tamil te=telugu tg=tajik th=thai tk=turkmen tl=tagalog
tr=turkish tt=tatar uk=ukrainian ur=urdu uz=uzbek vi=vietnamese yi=yiddish yo=yoruba yue=cantonese zh=chinese
"""
_CODE_OF = {name: code for code, name in (pair.split("=") for pair in _TABLE.split())} | {
    "nynorsk": "nn",
    "haitian creole": "ht",
}

_UNSPACED = frozenset(("zh", "yue", "ja", "th", "lo", "my", "km", "bo"))
"""Languages written without spaces between words."""


def language_code(name: str) -> str:
    """The code for a name or a code, ``und`` where it is neither."""
    folded = name.strip().lower()
    if folded in _CODE_OF:
        return _CODE_OF[folded]
    code = re.split("[-_]", folded)[0]
    return code if re.fullmatch("[a-z]{2,3}", code) else UNKNOWN


def word_gap(language: str) -> str:
    """What stands between two words of a text in this language: a space, or nothing."""
    return "" if language in _UNSPACED else " "
