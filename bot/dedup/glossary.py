"""Chinese and English words of business news that mean the same, so that titles can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.text import is_cjk, stem

# A concept is "Chinese terms = English words", named by its first term. Folded; English is stemmed when read.
_MATTERS = """
收购 并购 买下 购得 吞下 = acquire acquires acquisition acquiring buy buys buying bought takeover purchase
合并 = merge merger merging combine; 拆分 分拆 剥离 = spinoff spin divest split carve
出售 卖出 甩卖 转让 = sell sells selling sale sold
投资 注资 入股 领投 参投 押注 = invest invests investment investing investor backs bet bets stake stakes
融资 募资 筹资 筹集 = raise raises raising raised funding fundraising round financing
估值 = valuation valued values valuing value
上市 首次公开募股 招股 递表 挂牌 新股 = ipo listing list public debut float
招股书 招股说明书 = prospectus s1 filing
申请 提交 递交 = file files filed filing apply applies submit submits application
秘密 保密 = confidential confidentially secret secretly
财报 业绩 季报 年报 = earnings results result report; 营收 收入 营业额 = revenue sales
利润 净利 盈利 获利 = profit profits income profitable; 亏损 巨亏 = loss losses loses
增长 激增 飙升 大增 大涨 上涨 走高 涨超 = rise rises rising grow grows growth jump
增长 = jumps surge surges soar gain gains climb up
下跌 大跌 暴跌 下滑 跌超 收跌 走低 下降 = fall falls falling drop drops plunge plunges
下跌 = slump decline declines sink slide down tumble; 创纪录 纪录 新高 创历史 = record high highest
预期 = expectations estimates expected expects beat beats forecast
指引 展望 前瞻 = guidance outlook forecast preview; 回购 = buyback repurchase repurchases
股息 分红 派息 = dividend; 股价 股票 个股 = stock stocks share shares
市值 = cap capitalization market; 目标价 = target; 评级 = rating upgrade downgrade
上调 提高 提升 = raise raises lift lifts increase increases boost boosts hike hikes
下调 降低 削减 = cut cuts lower reduce slash trims
裁员 解雇 = layoff layoffs cut cuts fire job lay laying
员工 雇员 职工 = employee employees staff worker workers workforce
招聘 聘请 聘用 = hire hires hiring recruit
辞职 离职 卸任 离任 出走 = resign resigns quit leave leaves leaving depart departs exit step steps
任命 出任 接任 履新 = appoint names named head; 加入 加盟 入职 = join joins joined joining
首席执行官 总裁 掌门 = ceo chief boss; 首席财务官 = cfo; 高管 = executive executives
董事长 主席 = chairman chair; 创始人 联合创始人 = founder cofounder founders; 罢工 = strike
工会 = union; 谈判 = talks negotiation negotiations negotiate
协议 合约 合同 = deal agreement contract pact
合作 携手 联手 合作伙伴 = partner partners partnership team teams collaborate collaboration tie
竞争 对手 = rival rivals compete competition competitor
诉讼 起诉 控告 状告 = sue sues sued lawsuit suit; 法院 法庭 法官 = court judge; 陪审团 = jury
败诉 驳回 = lose loses lost dismiss rejected reject rejects
裁决 判决 裁定 = verdict ruling rules rule; 指控 = accuse accuses allege alleges claims
罚款 = fine fined penalty; 反垄断 垄断 = antitrust monopoly; 审判 庭审 = trial
监管 = regulator regulators regulation regulatory; 调查 = probe investigation investigate inquiry
禁令 禁止 封禁 = ban bans banned bar bars block blocks prohibit; 出口管制 出口 = export exports
关税 = tariff tariffs; 制裁 = sanction sanctions; 政府 = government
白宫 = white; 行政令 行政命令 = executive order; 国会 参议院 议员 = congress senate lawmakers
特朗普 川普 = trump; 拜登 = biden; 美国 美方 = us u.s america american
中国 中方 国产 = china chinese; 香港 港股 港交所 赴港 = hong kong hk; 欧盟 欧洲 = eu europe european
日本 = japan japanese; 韩国 韩 = korea korean; 印度 = india indian
新加坡 = singapore; 台湾 = taiwan; 英国 = uk britain british
德国 = germany german; 法国 = france french; 北京 = beijing
加州 = california; 五角大楼 国防部 = pentagon defense; 军方 军事 = military
教皇 教宗 = pope; 总统 = president
发布 推出 上线 亮相 揭晓 公布 = launch launches launched release releases released unveil unveils
发布 = introduce introduces debut debuts announce announces rollout roll rolls
展示 演示 = show shows demo reveal reveals showcase
升级 更新 改版 = upgrade upgrades update updates updated overhaul revamp redesign
推迟 延期 延迟 = delay delays delayed postpone
取消 叫停 暂停 停止 = cancel cancels halt halts pause pauses stop stops scrap scrapped suspend
关闭 关停 下线 = shut shuts shutdown close closes closing discontinue; 召回 = recall recalls
故障 宕机 中断 = outage outages down crash; 漏洞 = vulnerability flaw bug
黑客 攻击 入侵 = hack hackers hacked attack attacks breach
泄露 外泄 泄漏 = leak leaks leaked exposed; 安全 = security safety; 隐私 = privacy
数据中心 = datacenter data; 算力 = compute computing capacity
芯片 半导体 = chip chips chipmaker semiconductor; 存储 内存 = memory storage
服务器 = server servers; 显卡 = gpu graphics; 处理器 = processor cpu
模型 大模型 = model models llm; 开源 = open source opensource; 智能体 代理 = agent agents agentic
机器人 = robot robots robotics humanoid; 人形 = humanoid; 人工智能 = ai artificial
自动驾驶 无人驾驶 = autonomous driverless selfdriving driving; 无人出租车 = robotaxi robotaxis
电动车 电动汽车 新能源 = ev electric evs; 汽车 车型 = car cars vehicle vehicles auto; 电池 = battery
手机 = phone smartphone phones; 眼镜 = glasses eyewear; 耳机 = headphones earbuds
手表 = watch; 电脑 笔记本 = pc laptop computer; 平板 = tablet
折叠 = foldable fold; 显示器 屏幕 = display screen; 火箭 = rocket rockets
发射 = launch launches liftoff; 卫星 = satellite satellites; 星舰 = starship
星链 = starlink; 太空 航天 = space; 量子 = quantum
核电 核能 = nuclear; 电力 能源 = power energy electricity; 搜索 = search
浏览器 = browser; 广告 = ad ads advertising; 购物 电商 = shopping ecommerce retail
零售 = retail; 支付 = pay payment payments; 订阅 会员 = subscription subscribers plan
价格 定价 售价 = price prices pricing; 涨价 提价 = price hike raise; 降价 = price cut discount
免费 = free; 视频 = video videos; 音乐 = music
游戏 = game games gaming; 图像 图片 = image images; 语音 = voice audio speech
照片 相册 = photo photos; 聊天机器人 = chatbot; 助手 助理 = assistant
邮件 邮箱 = email gmail mail; 地图 = maps map; 翻译 = translation translate
云 云服务 云计算 = cloud; 应用 = app apps; 用户 = users user
客户 = customers customer; 开发者 = developer developers
程序员 工程师 = engineer engineers programmer; 编程 代码 = coding code
研究 研究人员 科学家 = research researchers scientists study; 论文 = paper; 数学 = math mathematics
猜想 = conjecture; 大学 毕业 = university graduation graduates commencement; 学生 = students student
学校 = school; 教育 = education; 医疗 健康 = health medical healthcare
药物 制药 = drug pharma; 工厂 = factory plant; 供应链 供应商 = supplier suppliers supply chain
华尔街 = wall street; 分析师 = analyst analysts; 投资者 投资人 = investor investors
散户 = retail; 基金 = fund funds etf; 债券 发债 = bond bonds debt
银行 = bank banks; 加密 比特币 = crypto bitcoin; 对冲基金 = hedge
亿万富翁 首富 = billionaire richest; 税 征税 = tax taxes; 就业 岗位 工作 = job jobs work
访谈 采访 专访 = interview; 演讲 = speech; 大会 峰会 = conference summit
活动 = event; 奖金 = bonus bonuses; 薪酬 年薪 工资 = pay salary compensation wage
警告 示警 = warn warns warning; 承认 = admit admits; 否认 辟谣 = deny denies
回应 = respond responds response; 批评 炮轰 抨击 = criticize slam slams criticism
呼吁 = urge urges call calls; 计划 拟 将 = plan plans planning
洽谈 商谈 接近 = talks negotiate nears near; 考虑 = consider considers considering weighs mulls
承诺 = pledge commit commits promise vow; 赢得 获得 拿下 = win wins won secure land lands
支付 = pay pays paying; 每月 月费 = month monthly; 每年 年费 = year annual yearly
秋季 = fall autumn; 夏季 = summer; 今年 = year
明年 = next; 亿 = billion; 万亿 = trillion
首次 首个 = first; 最大 = biggest largest; 最高 = top highest
全球 世界 = global world worldwide; 独家 = exclusive
消息人士 消息称 知情人士 据称 = source sources reportedly; 推文 = tweet post; 社交媒体 社交 = social
平台 = platform; 内容 = content; 版权 = copyright
水印 = watermark; 深度伪造 = deepfake; 虚假 = fake
诈骗 = scam fraud; 儿童 = kids child children; 青少年 = teens teen
家长 = parents parental; 按钮 = button; 无障碍 = accessibility
轮椅 = wheelchair; 字幕 = captions subtitles; 街景 = street view
世界模型 = world; 快递 配送 外卖 = delivery; 无人机 = drone drones
酒店 = hotel; 旅行 旅游 = travel; 飞机 航空 = airline plane flight
保险 = insurance; 重组 架构 = restructure restructuring revamp reorganize reorg structure
战略 = strategy; 权力 = power; 控制权 = control
股东 = shareholder shareholders; 董事会 = board; 内部 = internal insider
备忘录 = memo; 文件 = documents document; 邮轮 = cruise
"""
# Companies and people: they say whom news is about, not what happened.
_NAMES = """
英伟达 辉达 = nvidia; 谷歌 = google; 字母表公司 = alphabet
微软 = microsoft; 苹果 = apple; 亚马逊 = amazon
特斯拉 = tesla; 英特尔 = intel; 高通 = qualcomm
博通 = broadcom; 美光 = micron; 三星 = samsung
海力士 = hynix; 台积电 = tsmc; 阿斯麦 = asml
戴尔 = dell; 惠普 = hp hpe; 甲骨文 = oracle
思科 = cisco; 国际商业机器 = ibm; 超微 = supermicro
美满 = marvell; 奈飞 网飞 = netflix; 迪士尼 = disney
优步 = uber; 沃尔玛 = walmart; 索尼 = sony
任天堂 = nintendo; 软银 = softbank; 黑石 = blackstone
红杉 = sequoia; 高盛 = goldman; 摩根大通 小摩 = jpmorgan
摩根士丹利 大摩 = morgan stanley; 贝莱德 = blackrock; 伯克希尔 = berkshire
花旗 = citi; 瑞银 = ubs; 毕马威 = kpmg
标普 = s&p; 纳斯达克 纳指 = nasdaq; 阿里巴巴 阿里 = alibaba
阿里云 = alibaba cloud; 腾讯 = tencent; 百度 = baidu
字节跳动 字节 = bytedance; 抖音 = douyin tiktok; 华为 = huawei
小米 = xiaomi; 京东 = jd; 美团 = meituan
拼多多 = pdd pinduoduo; 网易 = netease; 快手 = kuaishou
月之暗面 = moonshot kimi; 智谱 = zhipu; 深度求索 = deepseek
千问 通义 = qwen; 豆包 = doubao; 混元 = hunyuan
微信 = wechat; 联想 = lenovo; 荣耀 = honor
蔚来 = nio; 理想汽车 = li; 小鹏 = xpeng
零跑 = leapmotor; 比亚迪 = byd; 宁德时代 = catl
中芯国际 中芯 = smic; 长鑫 = cxmt; 寒武纪 = cambricon
昆仑芯 = kunlunxin; 富士康 鸿海 = foxconn hon; 滴滴 = didi
携程 = trip; 极氪 = zeekr; 吉利 = geely
商汤 = sensetime; 宇树 = unitree; 大疆 = dji
哔哩哔哩 = bilibili; 希音 = shein; 黄仁勋 = huang jensen
马斯克 = musk elon; 奥尔特曼 奥特曼 = altman sam; 扎克伯格 = zuckerberg
库克 = cook; 纳德拉 = nadella; 皮查伊 = pichai
贝索斯 = bezos; 盖茨 = gates; 巴菲特 = buffett
哈萨比斯 = hassabis; 卡帕西 = karpathy; 阿莫迪 = amodei
苏姿丰 = lisa; 孙正义 = son masayoshi; 梁文锋 = liang wenfeng
雷军 = lei jun; 马云 = jack ma; 吴泳铭 = eddie wu
马化腾 = pony; 任正非 = ren; 余承东 = yu
杨植麟 = yang zhilin; 李彦宏 = robin; 布罗克曼 = brockman
苏茨克维 = sutskever
"""
_LATIN = re.compile(r"[a-z0-9]")
_EVERYWHERE = frozenset(
    [
        "美国",
        "中国",
        "香港",
        "欧盟",
        "日本",
        "韩国",
        "印度",
        "新加坡",
        "台湾",
        "英国",
        "德国",
        "法国",
        "北京",
        "人工智能",
        "模型",
        "全球",
        "今年",
        "亿",
        "今日",
        "用户",
        "应用",
        "平台",
        "首次",
        "最大",
    ]
)
"""Concepts that so much news of this field shares that they tell no two stories apart."""


def _read() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    chinese: dict[str, str] = {}
    english: dict[str, tuple[str, ...]] = {}
    for line in re.split(r"[;\n]", _MATTERS + _NAMES):
        terms, _, words = line.partition("=")
        names = terms.split()
        for term in names:
            chinese.setdefault(term, names[0])
        for word in {stem(word) for word in words.split()}:
            english[word] = (*english.get(word, ()), names[0])
    return chinese, english


_CHINESE, _ENGLISH = _read()
_WHO = frozenset(
    _CHINESE[term] for line in re.split(r"[;\n]", _NAMES) for term in line.partition("=")[0].split()
)
_LONGEST = max(map(len, _CHINESE))
_FIRSTS = frozenset(term[0] for term in _CHINESE)


def telling(shared: Iterable[str]) -> list[str]:
    """Return the concepts that say what happened: no company, person or watch, and nothing that is everywhere."""
    return [
        each for each in shared if not each.startswith("@") and each not in _WHO and each not in _EVERYWHERE
    ]


def concepts_of(folded_chinese: str, tokens: Iterable[str]) -> frozenset[str]:
    """Return what a title says in terms that both languages share.

    Known words of either language become a concept; Latin names and numbers stand for themselves.
    """
    found = set(_terms(folded_chinese))
    for token in tokens:
        if _LATIN.search(token) and not is_cjk(token[0]):
            found.update(_ENGLISH.get(token, (token,)))
    return frozenset(found)


def _terms(folded: str) -> Iterator[str]:
    at = 0
    while at < len(folded):
        length = _known(folded, at) if folded[at] in _FIRSTS else 0
        if length:
            yield _CHINESE[folded[at : at + length]]
        at += length or 1


def _known(folded: str, at: int) -> int:
    return next((size for size in range(_LONGEST, 0, -1) if folded[at : at + size] in _CHINESE), 0)
