"""Finds phrases that were injected into a text, by their repetition and position; there is no list of slogans.

Boilerplate repeats far more often than spam, so repetition alone says nothing. A phrase is spam only when all of this
holds: its word pairs occur nowhere else in the text, it uses no word of public administration, it stands inside clauses
and never at their edge, what precedes and follows it varies; and, besides, one of:

- it stands after the issuing body in titles 《body…的通知》, which are never without 关于: `replacement` is 关于;
- the same surroundings occur at three other places with one short word in between: `replacement` is that word;
- it is glued together with signs no prose has (`_`, `|`), or even its characters occur nowhere else:
  what belongs there is not known, and `replacement` is the phrase itself, which means: report it, leave it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from facts.cleaning.model import Spam

MIN_LENGTH, MAX_LENGTH, MIN_COUNT = 6, 40, 5
_MAX_CANDIDATES = 200
_MAX_PLACES = 60

# Words of public administration and of its reports: a phrase that has one of them belongs to the text.
_OFFICIAL = re.compile(
    "政府|部门|预算|决算|绩效|评价|评分|得分|满分|指标|项目|管理|工作|支出|经费|资金|财政|单位|机关|印发|通知|制度|"
    "办法|规定|意见|方案|情况|完成|年度|目标|建设|实施|执行|人员|组织|领导|发展|保障|落实|推进|会议|文件|服务|监督|"
    "检查|考核|政务|社会|经济|委员|人民|办公|中共|党|实际|比率|反映|该项|此项|计划|任务|要求|根据|按照|采购|关于|"
    "效益|质量|安全|[〇零一二三四五六七八九十\\d]年|[省市县区乡镇村]|条例|中心|单元|[局厅委处科股]"
)
# Endings of names of places, bodies and works, which repeat inside clauses too.
_NAME_END = re.compile(
    "(公司|集团|学校|学院|大学|医院|协会|公园|广场|街道|社|路|桥|高速|会|节|法|系统|平台|馆|队|所|库)$"
)
_INSIDE = re.compile(r"[^\s，。；：、？！,;:?!《》〈〉<>“”\"'()（）〔〕\[\]【】]+")
_WORD = re.compile(r"\w")
_ODD = re.compile(r"(?<=[^\W\d_a-zA-Z])[_|｜★☆◆●♥❤~～](?=[^\W_])|(?<=[^\W_])[_|｜★☆◆](?=[^\W\d_a-zA-Z])")
_BODY_END = re.compile("(部|委|局|厅|府|室|办|院|会|处|中心|小组|党组|公司|大学|总队|支队)$")
# What follows 关于 in a title. A name that titles without 关于 share is followed by what is done with it instead.
_AFTER_GUANYU = re.compile(
    "印发|下达|开展|全面|进一步|规范|批复|做好|实施|加强|分解|转发|公布|调整|成立|报送|落实|建立|完善|推进|同意|明确|"
    "提前|拨付|修订|深化|组织|切实|20\\d\\d|[<《〈]"
)
_TITLE_END = re.compile("的[^的》>〉]{0,6}(通知|通报|意见|批复|函|决定|请示|报告|公告|通告|复函|方案|办法)[》>〉]?$")


MAX_PARAGRAPH = 10_000


def find_spam(paragraphs: Sequence[str]) -> tuple[Spam, ...]:
    """The injected phrases of a text, most frequent first. `count` is of the places within other text.

    Lines that are nothing but the phrase are not counted; `facts.cleaning.characters.clean` empties them.
    """
    # A paragraph longer than any real one is no prose; looking for phrases in it would take memory without bound.
    text = "\n" + "\n".join(p for p in paragraphs if len(p) <= MAX_PARAGRAPH) + "\n"
    found = list[Spam]()
    for phrase in _candidates(text):
        if any(phrase in s.phrase or s.phrase in phrase for s in found):
            continue
        spam = _judge(text, phrase)
        if spam:
            found.append(spam)
    return tuple(sorted(found, key=lambda s: (-s.count, s.phrase)))


def _candidates(text: str) -> list[str]:
    """Phrases whose pieces all occur equally often, longest first: these are the maximal repeated ones."""
    grams = Counter(
        text[i : i + MIN_LENGTH]
        for run in _INSIDE.finditer(text)
        for i in range(run.start(), run.end() - MIN_LENGTH + 1)
    )
    phrases = set[str]()
    for run in _INSIDE.finditer(text):
        for multiples in ((1,), (1, 2, 3)):
            phrases.update(_even_runs(text, run.span(), grams, multiples))
    trimmed = {t for p in phrases for t in _without_body(p)}
    good = {p for p in trimmed if MIN_LENGTH <= len(p) <= MAX_LENGTH and not _OFFICIAL.search(p)}
    return sorted(good, key=lambda p: (-len(p), p))[:_MAX_CANDIDATES]


def _even_runs(text: str, span: tuple[int, int], grams: Counter[str], multiples: tuple[int, ...]) -> Iterator[str]:
    """Stretches of one clause within which the counts of all pieces agree.

    A piece that the phrase itself repeats counts twice or thrice ("X官网-X官网登录"), hence the multiples.
    """
    (start, end), base = span, 0
    first = start
    for i in range(start, end - MIN_LENGTH + 2):
        count = grams[text[i : i + MIN_LENGTH]] if i <= end - MIN_LENGTH else 0
        if base and count and max(count, base) in [min(count, base) * n for n in multiples]:
            base = min(base, count)
            continue
        if base >= MIN_COUNT:
            yield text[first : i + MIN_LENGTH - 1]
        first, base = i, count


def _without_body(phrase: str) -> Iterator[str]:
    """The phrase, and what remains of it after the name of a body that always precedes it."""
    yield phrase
    for match in re.finditer("(部|委|局|厅|府|室|办)", phrase):
        yield phrase[match.end() :]


def _judge(text: str, phrase: str) -> Spam | None:
    places = _places(text, phrase)
    if len(places) < MIN_COUNT or not _is_glued(text, phrase, places) or not _is_foreign(text, phrase):
        return None
    if _stands_for_guanyu(text, phrase, places):
        return Spam(phrase, len(places), "关于")
    if not _is_varied(text, phrase, places):
        return None
    word = _word_elsewhere(text, phrase, places)
    if word:
        return Spam(phrase, len(places), word)
    if _ODD.search(phrase) or _has_foreign_characters(text, phrase, len(places)):
        return Spam(phrase, len(places), phrase)
    return None


def _places(text: str, phrase: str) -> list[int]:
    """Where the phrase stands within other text."""
    found = (m.start() for m in re.finditer(re.escape(phrase), text))
    return [i for i in found if not (_edge(text[i - 1]) and _edge(text[i + len(phrase)]))]


def _edge(character: str) -> bool:
    return character in " \t\r\n\xa0\u3000"


def _is_glued(text: str, phrase: str, places: list[int]) -> bool:
    """Whether it never stands at the edge of a clause; what follows may be a quoted title."""
    return all(
        _WORD.match(text[i - 1]) and (_WORD.match(text[i + len(phrase)]) or text[i + len(phrase)] in '《<〈“"')
        for i in places
    )


def _is_foreign(text: str, phrase: str) -> bool:
    """Whether its word pairs occur nowhere else, but for a few that a variant may share."""
    pairs = [phrase[i : i + 2] for i in range(len(phrase) - 1)]
    times = text.count(phrase)
    foreign = sum(5 * (text.count(p) - times * phrase.count(p)) <= times for p in pairs)
    return 10 * foreign >= 7 * len(pairs)


def _is_varied(text: str, phrase: str, places: list[int]) -> bool:
    end = len(phrase)
    lefts = {text[i - 1] for i in places}
    rights = {text[i + end] for i in places}
    return len(lefts) >= 3 and len(rights) >= 3


def _stands_for_guanyu(text: str, phrase: str, places: list[int]) -> bool:
    """Whether it nearly always follows the body in titles 《body…的通知》 that lack 关于."""
    titles = [title for i in places if (title := _title_around(text, i, i + len(phrase)))]
    fitting = [(before, after) for before, after in titles if _lacks_guanyu(before, after)]
    rights = {after[:1] for _, after in fitting}
    if 5 * sum(_AFTER_GUANYU.match(after) is not None for _, after in fitting) < 4 * len(fitting):
        return False
    return len(fitting) >= MIN_COUNT and 5 * len(fitting) >= 4 * len(places) and len(rights) >= 3


def _title_around(text: str, start: int, end: int) -> tuple[str, str] | None:
    """The parts of the title before and after the phrase; None outside titles."""
    left = text.rfind("《", max(0, start - 80), start)
    if left < 0 or "》" in text[left:start] or "\n" in text[left:start]:
        return None
    depth = 1
    for i in range(end, min(len(text), end + 160)):
        depth += (text[i] == "《") - (text[i] == "》")
        if depth == 0:
            return text[left + 1 : start], text[end:i]
    return None


def _lacks_guanyu(before: str, after: str) -> bool:
    outer = re.split("[《<〈]", after)[0]
    return "关于" not in before + outer and bool(_BODY_END.search(before)) and bool(_TITLE_END.search(after))


def _word_elsewhere(text: str, phrase: str, places: list[int]) -> str:
    """The one short word that stands elsewhere in the same surroundings; "" where there is none or no agreement."""
    sites = {(text[i - 4 : i], text[i + len(phrase) : i + len(phrase) + 4]) for i in places[:_MAX_PLACES]}
    words = Counter[str]()
    for left, right in sorted(sites):
        if "\n" not in left + right:
            pattern = re.escape(left) + r"([^\W\d_a-zA-Z]{1,2})" + re.escape(right)
            words.update({m.group(1) for m in re.finditer(pattern, text)})
    agreed = len(words) == 1 and next(iter(words.values())) >= 3
    word = next(iter(words)) if agreed else ""
    return "" if set(word) & set(phrase) else word


def _has_foreign_characters(text: str, phrase: str, count: int) -> bool:
    """Whether half of its characters occur nowhere else; asked only of what is no name and stands in many places."""
    characters = sorted(set(phrase))
    times = text.count(phrase)
    foreign = sum(text.count(c) == times * phrase.count(c) for c in characters)
    return count >= 8 and not _NAME_END.search(phrase) and 2 * foreign >= len(characters)
