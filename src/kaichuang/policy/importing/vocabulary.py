"""Words of the trade: title nouns, kinds of public bodies, page furniture, label names. General knowledge only."""

from __future__ import annotations

import re

TITLE_NOUNS = (
    "通知|意见|办法|规定|细则|方案|计划|规划|措施|政策|条例|决定|指南|公告|通告|函|复函|批复|纲要|要点|规则|制度|章程|准则|标准"
    "|目录|清单|预案|指引|解读|问答|报告|公报|命令|令|纪要|申报书|申请书|申请表|申报表|汇总表|登记表|推荐表|备案表|一览表"
    "|分工表|任务表|说明|名单|任务分工|须知|通报|启事|倡议书|责任书|承诺书|协议|合同|(?<![第一二三四五六七八九十百])[一二三四五六七八九十]+条"
    r"|\d+条|解答|答疑|汇编|规范|导则|规程|实施办法|政策问答|实施|若干"
    "|公约|问题解答|百问百答|百问|百答|手册|简报|工作安排|流程|工作提示|一览|倡议"
)
TITLE_END = re.compile(
    rf"(?:{TITLE_NOUNS})(?:(?:\(|〔)(?:试行|暂行|修订|修正|修订版|修订稿|征求意见稿|草案|送审稿|\d{{4}}年.{{0,8}}|\d{{4}}.\d{{4}}年?|第.{{1,3}}批)(?:\)|〕))?$"
)
TITLE_OPEN = re.compile(r"关于.{2,}")
UNIT_END = (
    r"(?:人民政府(?:办公厅|办公室)?|政府(?:办公厅|办公室)|委员会(?:办公厅|办公室)?|人民代表大会(?:常务委员会)?|办公厅|办公室"
    r"|党委|省委|市委|县委|区委|州委|工委|党组|局|厅|部|署|院|会|委|行|社|中心|公司|大学|学院|管委会|领导小组|联席会议|指挥部|联盟|总工会)"
)
UNIT_LINE = re.compile(
    rf"(?:中共)?[\u4e00-\u9fff()·、 ]{{1,60}}{UNIT_END}(?:\((?:章|盖章|印章|公章|代章)\))?"
)
DATE_TEXT = (
    r"(?:[12]\s?\d\s?\d\s?\d\s?(?:年|[-/.])\s?\d{1,2}\s?(?:月|[-/.])\s?\d{1,2}\s?日?"
    r"|[一二][〇零0oO一二三四五六七八九]{3}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日)"
)
DAMAGED_DATE = r"(?:[12][\dOlI〇]{3}年?[\dOlI]{1,4}月?[\dOlI]{0,2}日)"
DATE_LINE = re.compile(rf"\(?(?:{DATE_TEXT}|{DAMAGED_DATE})\)?(?:印发|发布)?")
TIME_STAMP = re.compile(rf"({DATE_TEXT})(?:\s?\d{{1,2}}:\d{{2}}(?::\d{{2}})?)")
NUMBER_TEXT = (
    r"(?:[\u4e00-\u9fff]{1,14}?|[\u4e00-\u9fff]{1,6}\([\u4e00-\u9fff]{1,4}\)[\u4e00-\u9fff]{0,6})\s?"
    r"[〔\[(【]\s?(?:19|20)\d\s?\d\s?[〕\])】]\s?第?\s?\d{1,5}(?:[-—]\d{1,3})?\s?号"
)
NUMBER_LINE = re.compile(rf"\(?({NUMBER_TEXT})(号?)\)?(?:签发人:.{{2,20}})?")
BAD_NUMBER = re.compile(
    r"(?P<head>[\u4e00-\u9fff]{1,14}?)\s?(?P<open>[〔\[(【{<]?)\s?(?P<year>(?:19|20)\d{2})\s?(?P<close>[〕\])】}>]?)"
    r"\s?第?\s?(?P<no>\d{1,4})\s?号(?P<tail>号?)"
)
ORDER_NUMBER = re.compile(
    r"(?:第\s?[\d一二三四五六七八九十百]{1,5}\s?号(?:令)?|令\s?第?\s?\d{1,4}\s?号)|\d{4}年第\d{1,4}号"
)
REGISTRATION = re.compile(r"\b[A-Z]{2,6}\d{0,3}[-—–]\d{4}[-—–]\d{3,7}\b|[A-Z]{3,6}\d{2}[-—]\d{4}[-—]\d{4}")

LABELS = {
    "索引号": "index_number",
    "主题分类": "theme",
    "主题词": "theme",
    "信息分类": "theme",
    "体裁分类": "other",
    "服务对象": "other",
    "组配分类": "other",
    "成文日期": "signed_on",
    "印发日期": "signed_on",
    "发文日期": "signed_on",
    "签发日期": "signed_on",
    "发布日期": "published_on",
    "发布时间": "published_on",
    "发布于": "published_on",
    "公开日期": "published_on",
    "更新时间": "published_on",
    "时间": "published_on",
    "日期": "published_on",
    "发文字号": "document_number",
    "文号": "document_number",
    "公文字号": "document_number",
    "发文单位": "issuer",
    "发文机关": "issuer",
    "发布机构": "issuer",
    "发布机关": "issuer",
    "制定机关": "issuer",
    "制发机关": "issuer",
    "印发单位": "issuer",
    "有效性": "status",
    "时效性": "status",
    "效力状态": "status",
    "文件状态": "status",
    "是否有效": "status",
    "公文时效": "status",
    "效力级别": "other",
    "生效日期": "effective_on",
    "实施日期": "effective_on",
    "施行日期": "effective_on",
    "失效日期": "expires_on",
    "废止日期": "expires_on",
    "有效期至": "expires_on",
    "规范性文件登记号": "registration_number",
    "规范性文件统一编号": "registration_number",
    "统一编号": "registration_number",
    "登记号": "registration_number",
    "名称": "title",
    "文件名称": "title",
    "标题": "title",
    "公开方式": "disclosure",
    "公开属性": "disclosure",
    "公开类型": "disclosure",
    "公开形式": "disclosure",
    "公开范围": "other",
    "公开时限": "other",
    "信息来源": "source",
    "文章来源": "source",
    "稿件来源": "source",
    "来源": "source",
    "作者": "other",
    "撰稿": "other",
    "责任编辑": "other",
    "编辑": "other",
    "审核": "other",
    "点击量": "other",
    "点击数": "other",
    "点击": "other",
    "浏览量": "other",
    "浏览次数": "other",
    "浏览": "other",
    "阅读量": "other",
    "阅读次数": "other",
    "阅读": "other",
    "访问量": "other",
    "字体大小": "other",
    "字体": "other",
    "字号": "other",
    "分享到": "other",
    "分享": "other",
    "打印": "other",
    "关键词": "other",
    "关键字": "other",
    "信息有效性": "status",
    "所属栏目": "other",
    "语种": "other",
    "视力保护色": "other",
}
_LABEL_NAMES = "|".join(sorted((r"\s{0,4}".join(name) for name in LABELS), key=len, reverse=True))
# A label needs a colon, or (in a bulleted or bracketed list) white space, after it.
LABEL = re.compile(rf"(?:^|(?<=[\s|\]】)•·●\d]))?[【\[]?({_LABEL_NAMES})[】\]]?\s*(:|(?=\s)|$)")
LABEL_COLON = re.compile(rf"[【\[]?({_LABEL_NAMES})[】\]]?\s*:")

FURNITURE = re.compile(
    r"(?:您?(?:当前|现在|所在)的?(?:位置|所在)|首页\s?[>›》|]|网站首页|繁[体體]版?|简体版?|无障碍|長者|长者(?:模式|助手)|适老"
    r"|扫一扫|扫码|扫描二维码|分享到|分享至|我要(?:打印|纠错|分享|评论)|打印(?:本页|此页)?|关闭(?:窗口|本页|此页)|返回(?:顶部|首页|上一?页|列表)"
    r"|上一篇|下一篇|上一条|下一条|相关(?:文章|阅读|链接|新闻|文件|信息|推荐|解读|稿件)|推荐阅读|热门|猜你喜欢|附件下载|下载附件|点击下载|文件下载|PDF下载"
    r"|版权所有|版权声明|Copyright|主办单位?:|承办单位?:|主办:|承办:|网站标识码|ICP备|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]ICP"
    r"|公网安备|网站地图|联系我们|关于我们|免责声明|友情链接|关注我们|新浪微博|腾讯微博|官方微博|本文链接|本文关键词"
    r"|原文链接|来源网址|转载请注明|声明:本|您访问的|一图读懂|音频解读|视频解读"
    r"|\[?\s?(?:大|中|小)\s?[\]|]?\s?\[?\s?(?:中|小|大)\s?[\]|]?\s?\[?\s?(?:小|大)\s?\]?$|【(?:打印|关闭|收藏|字体|大|中|小)|用户评论|发表评论|网友评论"
    r"|document\.|function\s?\(|var\s|https?:|//www|所含(?:政策|服务|知识|机构)|浏览器|本站|网站声明|A\+|A-|责任编辑|\(责编|编辑:|政策咨询$|值班电话)",
    re.IGNORECASE,
)
# Words that are page furniture only when they stand alone, or after the end of the document.
FURNITURE_WORDS = re.compile(
    r"(?:登录|注册|微博|微信|QQ空间|收藏|纠错|图解|打印|关闭|返回|复制|转发|技术支持:.{0,30}|政策解读|公文解读|文件解读|网上咨询|在线咨询|解读材料|[\s|/·、>\[\]【】])+"
)
FURNITURE_LAST = re.compile(r"(?:如果您对|您可以通过|技术支持|政策解读|公文解读|图解|网上咨询|在线咨询|下载)")
DISCLOSURE = re.compile(
    r"\(?(?:此件(?:公开发布|主动公开|依申请公开|不公开|删减后公开|发至.{1,12})|主动公开|依申请公开|不予公开|信息公开(?:选项|属性):.{2,8})\)?"
)
COPY_TO = re.compile(r"(?:抄\s?送|抄\s?报|主\s?送|分送|报\s?送)\s?:")
PRINTED_BY = re.compile(rf".{{2,30}}(?:办公厅|办公室|秘书科|秘书处)?\s*(?:{DATE_TEXT})\s?印发")
ANNEX_HEAD = re.compile(
    r"[(【\[]?\s?(?:附\s?件|附\s?录|附\s?表)\s?(?:[一二三四五六七八九十]{1,3}|\d{1,2}(?:[-—]\d{1,2})?)?\s?[)】\]]?\s?:?"
)
ANNEX_TITLED = re.compile(
    r"(?:附\s?件|附\s?录|附\s?表|附)\s?(?:[一二三四五六七八九十]{1,3}|\d{1,2}(?:[-—]\d{1,2})?)?\s?[:、.]\s?(?=\S)|(?:附件|附表)\s?(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s+(?=\S)"
)
ANNEX_ITEM = re.compile(
    r"(?:\d{1,2}(?:[-—]\d{1,2})?\s?[.、:)]|\([\d一二三四五六七八九十]{1,2}\)|[一二三四五六七八九十]{1,2}、|[①-⑳])"
)
CONTACT = re.compile(
    r"(?:.{0,24}(?:联系方式|咨询电话|咨询方式|联系电话|监督电话|受理电话|业务咨询)\s?[:(]?|联\s?系\s?人\s?:|联系地址|通讯地址|地\s?址\s?:|邮\s?箱\s?:|电子邮箱|电\s?话\s?:|邮\s?编\s?:|传\s?真\s?:|电子邮件|E-?mail)",
    re.IGNORECASE,
)
BULLET = re.compile(r"(?:——|--|—|–|[•●·■□◆◇★☆▲△○※▪◦➢►✓√*]|[-](?=\s))\s?")
SELF_NAME = r"(?:本|该|此|上述|以上)(?:实施|暂行|管理|若干|政策|行动|工作|支持|扶持|专项|指导)?(?:意见|办法|规定|细则|方案|计划|规划|措施|政策|条例|决定|通知|公告|文件|制度|指南|纲要|规则|标准|文)"
EFFECT = re.compile(
    rf"(?:{SELF_NAME}|自).{{0,60}}(?:施行|实施|执行|生效|有效期|试行|起算)|有效期(?:至|为|到)?|{SELF_NAME}[^。]{{0,30}}(?:负责)?解释"
)
SELF_RULE = re.compile(SELF_NAME)
CLOSING = re.compile(
    rf"(?:{SELF_NAME}[^。]{{0,40}}(?:施行|实施|执行|生效|有效期|试行|解释|为准|废止)"
    r"|[妥当]否,|以上(?:意见|报告|请示|函)|(?:盼|请)(?:即)?(?:予以?)?(?:函复|复函|批复|批示|审示)|此[复函]。?$"
    r"|(?:出席|列席|缺席|请假|参会|记录|主持)(?:人员?|单位)?\s?:|(?:特此|专此)(?:通知|公告|通告|函|函复|批复|报告|说明)"
    r"|附\s?件?\s?\d{0,2}\s?[:、]|自(?:本|发布|印发|公布|颁布|下发|\d{4}年)[^。]{0,30}(?:施行|实施|执行|生效)"
    r"|(?:以上|上述)(?:政策|意见|措施|规定|通知|内容|各项)[^。]{0,40}(?:自|由|执行|实施|施行|解释))"
)
CLOSING_DUTY = re.compile(
    r"(?:各地|各级|各县|各市|各区|各乡|各镇|各有关|各部门|各单位|各责任单位|请各)[^。]{0,160}"
)
ADDRESSEE = re.compile(
    r"(?:各|有关|省|市|县|区|州|局|厅|委|驻|机关|直属|相关|全[市县省区]|广大|[\u4e00-\u9fff]{2,20}(?:人民政府|局|厅|委员会|委|办公室|公司|大学|学院|管委会))"
)
