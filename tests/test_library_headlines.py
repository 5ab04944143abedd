"""Companies whose names are words too: a dozen headlines in each language, half of them about something else."""

from __future__ import annotations

import pytest

from tests.companies import everyone

ABOUT = {
    "honor": """
        Honor unveils a foldable phone thinner than a pencil
        Honor files for a listing in Shenzhen
        Chinese smartphone maker Honor names a new chief executive
        Honor's Magic8 Pro reaches Europe in January
        Xiaomi and Honor gain ground in Southeast Asia, says Counterpoint
        IDC: Honor ships more phones than Oppo in the third quarter
        荣耀发布新一代折叠屏手机
        荣耀CEO李健：明年海外收入过半
        荣耀平板新品亮相，售价1999元起
        消息称荣耀正在自研芯片
        荣耀 500 系列开启预约
        荣耀终端完成股份制改造，拟赴港上市
    """,
    "li-auto": """
        Li Auto cuts the price of its L9 by a tenth
        Li Auto deliveries fall for a third month
        Shares of Li Auto (LI) jump after results
        Li Auto opens its thousandth charging station
        Li Auto recalls 3,000 MEGA vans over a cooling fault
        Chinese EV maker Li Auto builds its own chip
        理想汽车三季度交付11万辆
        理想i6订单超预期，产能爬坡
        理想L7改款，增程系统升级
        新势力销量榜：零跑第一，理想第四
        理想CEO李想谈智驾路线
        理想回应门店调整：不裁员
    """,
    "moonshot": """
        Moonshot AI releases Kimi K3 with open weights
        Chinese startup Moonshot closes a $2 billion round
        Alibaba-backed Moonshot AI plans a Hong Kong IPO
        Kimi K3 tops the coding benchmark of the month
        Yang Zhilin says Moonshot will not chase chatbot users
        OpenRouter: Kimi overtakes DeepSeek in tokens served
        月之暗面完成新一轮融资，估值超300亿美元
        Kimi K3 模型开源，上下文达两百万
        Kimi 宣布会员涨价
        杨植麟内部信：Kimi 明年专注智能体
        月暗推出编程助手
        阿里减持月之暗面股份
    """,
    "apple": """
        Apple to build the iPhone Fold in India
        Apple's Tim Cook meets the commerce minister in Beijing
        Apple shares slip after a downgrade
        App Store fees: Apple loses its appeal
        Apple sues a former engineer over Vision Pro secrets
        Foxconn hires 50,000 workers for Apple orders
        苹果折叠屏手机推迟发布
        苹果CEO库克访华
        苹果市值突破四万亿美元
        消息称苹果将在印度生产全系iPhone
        苹果下架两款社交应用
        富士康为苹果增开产线
    """,
    "meta": """
        Meta lays off 600 from its AI unit
        Meta's Zuckerberg bets on superintelligence
        Instagram owner Meta fined by Brussels
        Meta shares drop as spending forecast rises
        Meta buys a Chinese agent startup
        Ray-Ban Meta glasses reach India
        Meta 收购一家芯片创业公司
        扎克伯格：Meta 将再建三座数据中心
        Meta 裁员数百人，AI部门受影响
        欧盟对 Meta 开出罚单
        Meta 发布新款智能眼镜
        Meta 与谷歌洽谈算力合作
    """,
    "amazon": """
        Amazon cuts 14,000 office jobs
        AWS outage takes down half of the web
        Amazon workers in Germany strike before Christmas
        Amazon to invest $10 billion in OpenAI
        Shoppers sue Amazon over Prime
        Jassy: Amazon will build more of its own chips
        亚马逊宣布裁员一万四千人
        亚马逊云科技推出自研芯片
        亚马逊卖家迎来新规
        亚马逊股价创历史新高
        亚马逊与OpenAI签署算力协议
        贝索斯减持亚马逊股票
    """,
    "jd": """
        JD.com enters food delivery in Hong Kong
        JD Logistics to buy a courier in Poland
        E-commerce giant JD posts its slowest growth in years
        Richard Liu returns to JD.com's front line
        JD.com agrees to buy Ceconomy
        China's JD Health raises its forecast
        京东外卖日订单破三千万
        京东物流收购达达
        京东618销售额创新高
        刘强东：京东要做供应链公司
        京东折扣超市五店同开
        京东拟分拆工业业务上市
    """,
    "manus": """
        Meta to acquire AI agent startup Manus
        Beijing reviews the sale of Manus
        Manus cuts its China team and moves to Singapore
        AI agent Manus opens to everyone
        Manus founder Xiao Hong joins Meta
        Benchmark leads a round in agent maker Manus AI
        Manus智能体开放注册
        Meta 宣布收购 Manus
        Manus创始人肖弘：为什么搬到新加坡
        商务部回应 Manus 收购案：将依法审查
        Manus 回应裁员：总部迁往新加坡
        通用智能体 Manus 推出视频功能
    """,
    "ping-an": """
        Ping An buys more shares of Agricultural Bank of China
        Ping An Insurance profit rises on investment gains
        China's Ping An Bank cuts staff in Shenzhen
        HSBC's biggest holder Ping An sells shares
        Ping An Good Doctor turns a profit
        Shares of Ping An (2318.HK) reach a four-year high
        中国平安三季报：净利增长一成
        平安银行行长变更
        平安人寿举牌邮储银行H股
        中国平安再度增持农业银行
        平安集团马明哲：分红不会减少
        险资举牌潮：平安再出手，增持银行股
    """,
    "cursor": """
        Cursor maker Anysphere raises $2 billion
        AI coding startup Cursor doubles its valuation
        Developers leave Cursor for Claude Code
        Cursor releases its own coding model
        OpenAI once tried to buy Cursor
        Cursor raises prices for AI agents
        AI编程工具 Cursor 涨价
        Cursor 发布自研编程模型
        Cursor母公司Anysphere估值翻倍
        马斯克洽购 AI 编程公司 Cursor
        Cursor 被曝套壳国产模型
        Cursor编辑器推出移动版
    """,
}
ELSEWHERE = {
    "honor": """
        Medal of Honor awarded to a medic
        Streets closed in honor of the fallen
        Guest of honor: the minister speaks at noon
        Students on the honor roll visit the capital
        They promised to honor the ceasefire
        Honor killings: a court hands down three sentences
        王者荣耀职业联赛今晚开打
        为国家荣耀而战的姑娘们
        荣耀时刻：中国女排捧杯
        他把最高荣耀献给母亲
        黑暗荣耀第三季开机
        光荣耀眼的名字永远被铭记
    """,
    "li-auto": """
        Li Na wins in Paris
        The auto show opens in Munich
        Auto makers warn of a chip shortage
        Li Keqiang, former premier, remembered in Hefei
        An ideal car for the city
        Li Xiang climbs without oxygen
        理想与现实之间的选择
        青年要有远大理想
        成绩不理想，主帅道歉
        这是最理想的结果
        共产主义理想照亮前路
        房价回到理想状态尚需时日
    """,
    "moonshot": """
        NASA's moonshot gets another billion
        A moonshot goal for malaria vaccines
        Kimi Antonelli takes pole in Monza
        Cancer Moonshot: what became of it
        Kimi Räikkönen visits the paddock
        The mayor calls the tram a moonshot project
        嫦娥七号奔向月球背面
        安东内利获得F1分站冠军
        莱科宁谈法拉利岁月
        月球的暗面藏着什么
        今晚可见月全食
        登月计划再次推迟
    """,
    "apple": """
        An apple a day: what the doctors say
        Apple growers in Washington State fear frost
        Fiona Apple announces a tour
        Apple pie contest draws a crowd
        The Big Apple freezes under a winter storm
        Apple cider sales rise in autumn
        烟台苹果喜获丰收
        苹果期货主力合约涨停
        吃苹果的五个好处
        红富士苹果上市，果农笑开颜
        苹果醋真的能减肥吗
        青苹果乐园重唱经典
    """,
    "meta": """
        A meta-analysis of sleep and memory
        Metal prices climb in London
        The meta description tag, explained
        Metro workers strike in Paris
        Meta World Peace opens a basketball school
        How meta learning helps small robots
        元分析显示咖啡有益心脏
        金属价格集体上涨
        地铁三号线开通
        元旦假期火车票开售
        元代青花瓷拍出高价
        元气满满的一天
    """,
    "amazon": """
        Fires spread across the Amazon rainforest
        Amazon River dolphins die in the heat
        Deforestation in the Brazilian Amazon falls
        A new frog found in the Peruvian Amazon
        Amazon basin nations sign a pact
        Tribes of the Amazon jungle fight a road
        亚马逊雨林大火持续蔓延
        亚马逊河水位创新低
        科学家在亚马逊森林发现新物种
        亚马逊流域遭遇干旱
        亚马逊部落首次接触外界
        亚马逊丛林中的古城
    """,
    "jd": """
        JD Vance lands in Budapest
        JD Power ranks the most reliable cars
        J.D. Salinger's letters go on sale
        JD Sports warns on Christmas trading
        JD Wetherspoon opens a pub at the airport
        She earned a Juris Doctor at night school
        京东方成都产线满产
        东京东部发生地震
        北京东城区新增两所学校
        南京东路步行街客流回升
        北京东站改造完工
        万斯访问布达佩斯
    """,
    "manus": """
        Manus Island detainees to be resettled
        Manus province votes on Saturday
        Manuscripts of Newton on display
        The Manus Island centre closes
        Declan Manus returns to the stage
        Elections in Manus province delayed
        马努斯岛难民营关闭
        手稿拍卖创纪录
        蝴蝶效应：一次小故障引发停电
        他的演讲产生蝴蝶效应
        智能体大会在杭州开幕
        新加坡总理访华
    """,
    "ping-an": """
        Travellers return ping and all, an odd tale
        A ping from the deep: an hour of silence
        Ping pong: an upset in Doha
        Pingtung braces for a typhoon
        An Ping county makes wire mesh
        Lawyers ping an old server for evidence
        平安夜商场灯火通明
        被困矿工全部平安升井
        一路平安，我的朋友
        平安中国建设大会召开
        母子平安，全家欢喜
        祝大家岁岁平安
    """,
    "cursor": """
        How to change the cursor in Windows
        A blinking cursor and nothing to say
        Custom cursor themes for the desktop
        The cursor jumps when I type
        Mouse cursor disappears after the update
        Text cursor too small? Try this
        鼠标指针消失怎么办
        光标闪烁的夜晚
        编程语言排行榜发布
        输入法光标设置技巧
        数据库游标用法
        桌面美化教程
    """,
}


def _cases(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(watch, line.strip()) for watch, lines in table.items() for line in lines.strip().splitlines()]


@pytest.mark.parametrize(("watch", "title"), _cases(ABOUT))
def test_a_headline_about_the_company_finds_it(watch: str, title: str) -> None:
    assert watch in everyone().facts(title).watches


@pytest.mark.parametrize(("watch", "title"), _cases(ELSEWHERE))
def test_a_headline_with_the_word_in_another_sense_does_not(watch: str, title: str) -> None:
    assert watch not in everyone().facts(title).watches


def test_every_company_has_a_dozen_headlines_in_each_language() -> None:
    for watch in ABOUT:
        titles = [title for table in (ABOUT, ELSEWHERE) for key, title in _cases(table) if key == watch]
        assert sum(title.isascii() or "ä" in title for title in titles) == 12, watch
        assert len(titles) == 24, watch
