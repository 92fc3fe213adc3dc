"""Pinyin keys: PostgreSQL as we ship it cannot sort Chinese by sound, so names carry a key."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin, load_phrases_dict

# Names of places (and the surname readings that occur in them) which a dictionary of common words reads wrongly.
_PLACES = (
    "长安:chang an|长安区:chang an qu|长垣:chang yuan|长子县:zhang zi xian|长葛:chang ge|长泰:chang tai"
    "|长丰:chang feng|长海:chang hai|长岭:chang ling|长顺:chang shun|长武:chang wu|长汀:chang ting|长宁:chang ning"
    "|长寿:chang shou|长清:chang qing|长白:chang bai|长治:chang zhi|长岛:chang dao|长兴:chang xing|长乐:chang le"
    "|重庆:chong qing|厦门:xia men|六安:lu an|六合:lu he|蚌埠:beng bu|亳州:bo zhou|洪洞:hong tong|番禺:pan yu"
    "|东阿:dong e|大埔:da bu|浚县:xun xian|歙县:she xian|乐清:yue qing|乐陵:lao ling|乐亭:lao ting|乐安:le an"
    "|乐山:le shan|乐昌:le chang|乐都:le du|丽水:li shui|台州:tai zhou|天台:tian tai|单县:shan xian|枞阳:zong yang"
    "|涡阳:guo yang|牟平:mu ping|中牟:zhong mu|犍为:qian wei|荥阳:xing yang|荥经:ying jing|蔚县:yu xian"
    "|井陉:jing xing|莘县:shen xian|繁峙:fan shi|隰县:xi xian|铅山:yan shan|吴堡:wu bu|大城县:dai cheng xian"
    "|盱眙:xu yi|黟县:yi xian|儋州:dan zhou|曾都:zeng du|覃塘:qin tang|朝阳:chao yang|柏乡:bai xiang|柞水:zha shui"
    "|宕昌:tan chang|燕山:yan shan|大厂:da chang|曲水:qu shui|曲阜:qu fu|曲江:qu jiang|曲周:qu zhou|曲靖:qu jing"
    "|曲阳:qu yang|曲沃:qu wo|曲松:qu song|阳曲:yang qu|都匀:du yun|都安:du an|都兰:du lan|成都:cheng du|什邡:shi fang"
    "|渑池:mian chi|泌阳:bi yang|武陟:wu zhi|尉氏:wei shi|尉犁:yu li|睢县:sui xian|勐海:meng hai|洱源:er yuan"
    "|莎车:sha che|且末:qie mo|珲春:hun chun|桦甸:hua dian|岫岩:xiu yan|石柱:shi zhu|綦江:qi jiang|涪陵:fu ling"
    "|郫都:pi du|邛崃:qiong lai|阆中:lang zhong|筠连:jun lian|珙县:gong xian|甘孜:gan zi|得荣:de rong|行唐:xing tang"
    "|蠡县:li xian|藁城:gao cheng|栾城:luan cheng|任县:ren xian|任丘:ren qiu|任城:ren cheng|任泽:ren ze|无为:wu wei"
    "|砀山:dang shan|濉溪:sui xi|宿州:su zhou|宿迁:su qian|宿城:su cheng|宿豫:su yu|句容:ju rong|甪直:lu zhi"
    "|鄞州:yin zhou|嵊州:sheng zhou|嵊泗:sheng si|临朐:lin qu|鄄城:juan cheng|郯城:tan cheng|芝罘:zhi fu|兖州:yan zhou"
    "|汶上:wen shang|浠水:xi shui|监利:jian li|秭归:zi gui|郧阳:yun yang|耒阳:lei yang|郴州:chen zhou|枝江:zhi jiang"
    "|汨罗:mi luo|澧县:li xian|攸县:you xian|岑溪:cen xi|东莞:dong guan|阳朔:yang shuo|融水:rong shui|解放:jie fang"
    "|瓦房店:wa fang dian|会泽:hui ze|会同:hui tong|会宁:hui ning|会昌:hui chang|会理:hui li|会东:hui dong"
    "|沈阳:shen yang|沈丘:shen qiu|石河子:shi he zi|万载:wan zai|余干:yu gan|洪泽:hong ze|盐都:yan du|相城:xiang cheng"
    "|相山:xiang shan|和平:he ping|和县:he xian|安丘:an qiu|盛泽:sheng ze|行政:xing zheng|藏族:zang zu|西藏:xi zang"
)


def _load() -> None:
    phrases = {}
    for item in _PLACES.split("|"):
        name, _, sounds = item.partition(":")
        phrases[name] = [[sound] for sound in sounds.split(" ")]
    load_phrases_dict(phrases)


@lru_cache(maxsize=1)
def _loaded() -> bool:
    _load()
    return True


def pinyin(text: str) -> list[str]:
    """The syllables without tones, other signs in lower case: `宁海县` -> `["ning", "hai", "xian"]`."""
    _loaded()
    return [part.lower() for part in lazy_pinyin(text, style=Style.NORMAL)]


def sort_key(text: str, *, limit: int = 120) -> str:
    """A key in the order of a Chinese dictionary: by sound, then by sign."""
    return " ".join([*pinyin(text), text])[:limit]


def initials(text: str) -> str:
    """`宁海县` -> `nhx`."""
    return "".join(part[:1] for part in pinyin(text))
