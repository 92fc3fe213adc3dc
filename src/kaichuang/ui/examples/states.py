"""(component, state, template source) of every example, in the order of the design page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kaichuang.kit.problems import type_str

STATES: tuple[tuple[str, type_str, str], ...] = (
    (
        "page_header",
        _("带路径、状态和操作"),
        '{% badge "评审中" tone="info" as status %}'
        '{% page_header "众创空间场地租金补助" crumbs=crumbs status=status subtitle="每一项结论都写明依据。" %}'
        "<span>NH2015-0012</span> {% deadline later today=today %}"
        '{% fill actions %}{% button "下载通知书" url="#" icon="download" %}{% button "提交" url="#" tone="primary" %}{% endfill %}'
        "{% endpage_header %}",
    ),
    ("card", _("普通"), '{% card "申请信息" %}<p>卡片内容。</p>{% endcard %}'),
    (
        "card",
        _("带图标、操作和页脚"),
        '{% card "材料清单" subtitle="共3份" icon="files" %}<p>营业执照、租赁合同、发票。</p>'
        '{% fill actions %}{% button "添加" url="#" small=True icon="plus" %}{% endfill %}'
        "{% fill footer %}最后更新：{% day today %}{% endfill %}{% endcard %}",
    ),
    ("card", _("带颜色边线"), '{% card "请注意" tone="warning" %}<p>申报将于两日后截止。</p>{% endcard %}'),
    ("stat", _("普通"), '{% stat "已兑现资金" 1480 unit="万元" note="占年度预算 74%" icon="coins" %}'),
    ("stat", _("上升，可下钻"), '{% stat "众创空间" 38 unit="家" note="较上年 +6" trend="up" url="#" %}'),
    ("stat", _("超期"), '{% stat "已超期" 3 unit="件" tone="danger" icon="alert-circle" %}'),
    ("panel_list", _("普通"), '{% card "最新公示" flush=True %}{% panel_list rows %}{% endcard %}'),
    ("tabs", _("普通"), '{% tabs tab_items label="视图" %}'),
    ("steps", _("进行中"), "{% steps step_items %}"),
    ("steps", _("未通过"), "{% steps failed_steps %}"),
    ("datagrid", _("来自列表"), "{% datagrid facts %}{% enddatagrid %}"),
    (
        "datum",
        _("逐项书写"),
        '{% datagrid %}{% datum "金额" %}{% money wan unit="wan" %}{% enddatum %}'
        '{% datum "依据" %}{% clause citation %}{% enddatum %}{% enddatagrid %}',
    ),
    ("outline", _("当前位置展开"), '{% outline tree current="#c2-2" label="条款目录" %}'),
    (
        "badge",
        _("五种含义"),
        '{% badge "草稿" %} {% badge "评审中" tone="info" %} {% badge "已通过" tone="success" %} '
        '{% badge "待补正" tone="warning" %} {% badge "已撤销" tone="danger" %}',
    ),
    (
        "badge",
        _("带图标"),
        '{% badge "现行有效" tone="success" icon="shield-check" %} {% badge "已失效" icon="ban" %}',
    ),
    (
        "tag",
        _("普通、链接、可移除"),
        '{% tag "模具" %} {% tag "软件" url="#" %} {% tag "状态：已通过" remove_url="#" %}',
    ),
    ("clause", _("有链接"), "{% clause citation %}"),
    ("clause", _("未收录"), '{% clause "宁政发〔2015〕66号 二（二）" %}'),
    (
        "money",
        _("元、万元、自动"),
        '{% money amount %} · {% money wan unit="wan" %} · {% money wan unit="auto" sign=True %}',
    ),
    ("money", _("没有值"), "{% money nothing %}"),
    (
        "number",
        _("带单位、小数"),
        '{% number 12345 unit="人" %} · {% number 0.5 digits=2 %} · {% number nothing %}',
    ),
    (
        "percent",
        _("由分子分母"),
        "{% percent part=3 whole=8 %} · {% percent 0.5 digits=0 %} · {% percent part=0 whole=0 %}",
    ),
    ("day", _("日期、时刻、没有"), "{% day today %} · {% day moment time=True %} · {% day nothing %}"),
    (
        "period",
        _("起止、起、止"),
        "{% period start=today end=later %} · {% period start=today end=nothing %} · {% period start=nothing end=later %}",
    ),
    ("deadline", _("充足"), "{% deadline later today=today %}"),
    ("deadline", _("三日内"), "{% deadline soon today=today left=1 working=True %}"),
    ("deadline", _("今日到期"), "{% deadline today today=today %}"),
    ("deadline", _("已超期"), "{% deadline yesterday today=today %}"),
    ("deadline", _("中止"), "{% deadline nothing today=today paused=True %}"),
    (
        "deadline",
        _("按期、逾期办结"),
        "{% deadline later today=today met_on=soon %} {% deadline yesterday today=today met_on=today %}",
    ),
    (
        "avatar",
        _("大、小"),
        '{% avatar "王敏" %} {% avatar "宁海模具创客服务中心" %} {% avatar "Ada Li" small=True %}',
    ),
    ("icon", _("装饰、有含义"), '{% icon "building-community" %} {% icon "shield-check" label="已核验" %}'),
    (
        "button",
        _("四种语气"),
        '{% button "提交申请" url="#" tone="primary" icon="send" %} {% button "保存草稿" url="#" %} '
        '{% button "撤销" url="#" tone="danger" %} {% button "更多" url="#" tone="ghost" %}',
    ),
    ("button", _("不可用并说明原因"), '{% button "受理" reason="材料尚未补齐。" %}'),
    (
        "button",
        _("提交、确认"),
        '{% button "撤回申请" url="#" method="post" confirm="确定撤回？" small=True %}',
    ),
    (
        "dropdown",
        _("菜单"),
        '{% dropdown "更多操作" icon="dots" %}{% menu_item "导出" url="#" icon="download" %}'
        '{% menu_item "作废" url="#" icon="ban" danger=True %}{% enddropdown %}',
    ),
    (
        "menu_item",
        _("选中"),
        '{% dropdown "排序" small=True %}{% menu_item "按时间" url="#" active=True %}{% enddropdown %}',
    ),
    (
        "dialog",
        _("打开后按 Esc 关闭"),
        '{% dialog_button "sample-dialog" "退回补正" icon="arrow-back-up" %}'
        '{% dialog "sample-dialog" title="退回补正" %}<p>请一次性列出全部需要补正的内容。</p>'
        '{% fill footer %}{% button "确认退回" tone="primary" url="#" %}{% endfill %}{% enddialog %}',
    ),
    ("dialog_button", _("主要"), '{% dialog_button "sample-dialog" "打开对话框" tone="primary" %}'),
    ("copy_link", _("普通"), '{% copy_link "/design/" %}'),
    ("print_button", _("普通"), "{% print_button %}"),
    ("qr", _("普通"), '{% qr "http://127.0.0.1:8000/verify/NH2015" label="扫码查验" %}'),
    ("table", _("排序、分页、导出"), '{% card "申请" flush=True %}{% table table_page %}{% endcard %}'),
    ("table", _("批量选择"), '{% card "待受理" flush=True %}{% table bulk_page %}{% endcard %}'),
    ("table", _("没有记录"), '{% card "申请" flush=True %}{% table empty_page %}{% endcard %}'),
    ("filters", _("未筛选"), '{% card "申请" flush=True %}{% filters filter_form %}{% endcard %}'),
    (
        "filters",
        _("已筛选，连着表格"),
        '{% card "申请" flush=True %}{% filters filled_filters table=filled_page %}{% table filled_page %}{% endcard %}',
    ),
    ("pager", _("普通"), '{% pager table_page label="示例" %}'),
    ("form", _("未填"), '{% form sample_form submit="提交申请" cancel_url="#" %}{% endform %}'),
    ("form", _("有错误"), '{% form wrong_form submit="提交申请" %}{% endform %}'),
    ("fields", _("只有字段"), "<form>{% fields fields_form %}</form>"),
    ("field", _("一个字段"), "<form>{% field one_field %}</form>"),
    ("errors", _("错误汇总"), "{% errors wrong_form %}"),
    (
        "alert",
        _("五种含义"),
        '{% alert "提示" tone="neutral" %}{% endalert %}{% alert "申报期" %}<p>即日起至12月18日。</p>{% endalert %}'
        '{% alert "已保存" tone="success" %}{% endalert %}{% alert "即将截止" tone="warning" %}{% endalert %}'
        '{% alert "无法提交" tone="danger" %}<p>请处理以下问题。</p>{% endalert %}',
    ),
    ("problems", _("逐条列出"), "{% problems problem_list %}"),
    (
        "empty_state",
        _("告诉用户下一步"),
        '{% empty_state "还没有申请" text="先用政策计算器看看可以享受哪些支持。" action_label="开始测算" action_url="#" icon="calculator" %}{% endempty_state %}',
    ),
    ("toasts", _("操作之后"), "{% toasts message_list %}"),
    (
        "progress",
        _("普通、接近上限、超出"),
        '{% progress 1480 maximum=2000 label="年度预算" caption="1,480 / 2,000 万元" %}{% progress 95 label="额度" tone="warning" %}{% progress 120 label="额度" tone="danger" %}',
    ),
    (
        "job_progress",
        _("已知总数"),
        '{% job_progress "job/" value=120 maximum=800 label="正在导入" caption="120 / 800 行" %}',
    ),
    ("job_progress", _("未知总数"), '{% job_progress "job/" label="正在生成汇编" %}'),
    ("skeleton", _("加载中"), "{% skeleton lines=3 %}"),
    ("timeline", _("办理过程"), "{% timeline events %}"),
    ("redline", _("一栏"), "{% redline old_text new_text %}"),
    (
        "redline",
        _("两栏"),
        '{% redline old_text new_text old_label="2014年版" new_label="2015年版" side_by_side=True %}',
    ),
    ("chart", _("柱状图与目标线"), "{% chart chart_data %}"),
    ("chart", _("环形图"), "{% chart ring_data %}"),
    ("region_map", _("分市地图"), "{% region_map map_data %}"),
)
