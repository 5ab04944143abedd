"""Words of the two languages that tell a company's name from the same letters in another sense."""

from __future__ import annotations

import re


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


PLAIN_WORDS = _set(
    """
    able about above access account action active actual after again agent agile air airlines alert
    alliance ally almond alpha alphabet aluminium amazon amber anchor angel apple april arch arena arm
    arrow ash ask asset atlas atom aura aurora auto aviation axis baby bank banking banner bar barley base
    bay beacon bear beauty bed bee bell best bet beta better big bird bit black blade block blood blue
    board body bond bonds book boost border boss box brand brave bread breeze brick bridge bright bubble
    bull burger butter buy cable cake camel camp can cap capital car card cardamom cardinal care cargo
    carrier cars cash cashew castle cat catalyst cell cement center central century chain champion chance
    change channel chapter charge chase chat check chemical cherry chess chicken chilli chip chips choice
    cinema circle citizen city civil class classic clay clean clear click clip clock close cloud clover
    club coach coal coast cobalt cocoa code coffee coin cold comet comic command commerce commodities
    commodity common companies company compass concept concert condor connect console constellation
    consumer contact contour control cook cool copper coral core coriander corn corner cotton count
    country courage court cover cow craft crane cream create credit cross crown cruise crystal cube
    culture cup current curve cut cycle cyclicals daily dash data dawn day deal deep deer delta den depot
    desert design desk diamond digital direct discover discovery dish dna dollar door dot dragon dream
    drive drop drug eagle early earth east easy echo eclipse edge edison ego element elevate emerald
    energy engine epic equities equity era escort escorts essence estate eternal ether eve ever evolution
    exchange express eye fabric face fair falcon family fan farm fashion fast fiber fidelity field figure
    film final finance fire first fish fit fix flag flash fleet flex flight flow flower fluid fly focus
    food force forest forge fork form formula fortune forum forward fossil foundation fox frame franc free
    freedom fresh friend frontier fuel full fun fund funds fur fusion future futures galaxy game gap
    garden gas gate gateway gem general genesis giant glass global glory go gold golden good grab grand
    grape graph gravity great green grid ground groundnut group grow growth guardian guide gulf gut halo
    hammer hand happy harbor harbour hard harmony harvest hat head heart heat hedge hello hen heritage
    hero hex high hill him hit hive hold home honest honey honor honour hop hope horizon horse host hot
    hotel hour house how hub hug human hunter ice icon idea ideal ill image impact impulse index
    industrial infinite infinity infrastructure ink inn insight inspire instinct insurance intel interface
    investment ion iris iron island its ivory jacket jade jam jar jaw jay jet jewel job joint journey jug
    jump jungle just keen key kin kind king kit kite knight lab label lad lake lamp land lane lap laser
    last launch lava law lay leader leaf league leap led leg legend lemon let level liberty lid life lift
    light lightning lime line link lion lip liquid list lit live local lock loft log logic long loop lot
    lotus love low loyal luck lucky lunar mad magic magnet magnum main maize man mango manus map maple
    marble mark market markets mars marvel master mat match material matrix maverick max may maze media
    medium melody memory men mercator mercury merit mesh met meta metal metals micro midnight mile mill
    mind mine mineral mint mirror mission mix mob mobile model modern moment momentum monday money monitor
    monster moon moonshot morning motion motor motors mountain mouse move mud mug music mustang nail name
    nap nation national natural nature navigator neon nest net network new news next nickel night nil
    noble nod node noise noon nor north not note notion nova novel now nut oak oar oat ocean odd off
    office oil old olive one onion onyx opal open optimum option oracle orange orbit orchid order ore
    origin our out outlook owe owl own oxygen ozone pacific pad page paint palace palm pan panda panel
    panther paper parade paragon paramount park partner pass pat path patriot pay pea peach peak pearl
    pebble pen people pepper perfect performance pet petroleum phantom pharma phoenix phone photon piano
    pie pig pilot pin pine pink pioneer pipe pit pixel place plain planet plant plastic platinum play
    plaza plum plus ply pocket pod point polar pool pop port portal pot pound power prairie precision
    premier premium press prestige pride prime prism pro progress prologue promise property prospect
    protein public pulse pump pure purple put puzzle quantum quartz queen quest quick quiet race radar
    radiant radio rail rain rainbow ram ran range ranger rapid rat raven raw ray reach ready real realty
    rebel record red regal relay reliance republic rescue research reserve resource retail rib rice rid
    ridge rig right rim ring rip rise river road rob rock rocket rod root rose rotary round route row
    royal rub rubber ruby rug rum run rush sack sad safe saga sage sail salt same sand sapphire sat
    satellite save saw say scale scholar school science scope scout script sea seal search season second
    secret sector secure security see seed sense sentinel service set sew shadow shape share shares sharp
    she shell shield shift shine ship shop short show shuttle shy side sierra sight sign signal signature
    silk silver simple simply sin single sip sir sit site six skip sky slack sleep sly smart smile snap
    snow sob social solar sole solid solo son sonic soul sound source south sow soy soybean spa space
    spark spectrum speed sphere spice spider spirit splash sport spot spring sprint spy square stage
    standard star stars start state station steel stellar step stock stocks stone stop store storm story
    stream street strike strive strong studio style subway success sugar sum summit sun sunday sunrise
    sunset super supply support surge swift swiss switch symphony sync syndicate system tab table tag
    tailor talent tan tandem tango tap tar target task taste tax tea teal team tech technology telegraph
    temple tempo ten terra the theory thing think thread three thunder tide tie tiger tile time tin tip
    titan toe token ton tone tool top topaz torch total touch tower town toy trace track trade trail train
    transfer transit tree trend tribe trident trinity triumph trust try tub tug turbo turn twist two ultra
    umbrella union unique unison unit united unity universal universe up urban use utility valley value
    valve van vanguard vantage vat vault vector vehicle velvet venture venus vertex vertical vet via
    victory view village vine vintage violet virgin virtue visa vision vista vital vivid voice void volt
    vortex vow voyage voyager wagon walk wall war warrior was wash watch water wave wax way wealth weather
    web wed week well west wet whale wheat wheel whisper white who why wide wig wild win wind window wine
    wing winner winter wire wise wish wit wolf won wonder wood wool word work workday works world yahoo
    yard year yellow yen yes yet yield you young zebra zen zero zinc zip zone zoom
    """
)
"""Common English words that companies are also called by."""

GIVEN_NAMES = _set(
    """
    aaron adam alan albert alex alexander alice allison amanda amber amy andrea andrew angela anna anne
    anthony antonio arthur ashley barbara ben benjamin bernard beth betty bill billy bob bobby bradley
    brandon brian bruce bryan carl carlos carol caroline catherine charles charlie charlotte cheryl chris
    christian christina christine christopher claire craig cynthia dan daniel dave david dean deborah
    debra dennis diana diane donald donna doug douglas dylan edward elaine elizabeth ellen emily emma eric
    ernest ethan eugene eva evan evelyn faith felix frances francis frank fred frederick gabriel gary
    george gerald gina glenn gloria gordon grace graham grant greg gregory hannah harold harrison harry
    heather helen henry holly howard hugh ian isaac isabella jack jackie jacob jacqueline jake james jamie
    jane janet jason jay jean jeff jeffrey jennifer jenny jeremy jerry jesse jessica jill jim jimmy joan
    joe joel john johnny jon jonathan jordan jose joseph josh joshua joyce juan judith judy julia julian
    julie justin karen kate katherine kathleen kathryn kathy katie keith kelly ken kenneth kevin kim
    kimberly kyle larry laura lauren lawrence lee leo leon leonard leslie lewis linda lisa lloyd logan
    lori louis louise lucas lucy luis luke lynn marc marcus margaret maria marie marilyn mario martha
    martin mary matt matthew max megan melissa michael michelle miguel mike mitchell molly morgan nancy
    natalie nathan neil nicholas nick nicole noah norman oliver olivia oscar owen pamela patricia patrick
    paul paula pedro peter phil philip phillip phyllis rachel ralph randy raymond rebecca richard rick rob
    robert robin rod roger ron ronald rosa rose roy russell ruth ryan sally sam samantha samuel sandra
    sara sarah scott sean sharon shawn shirley simon sophia spencer stanley stephanie stephen steve steven
    stuart sue susan sylvia ted teresa terry theresa thomas tiffany tim timothy tina todd tom tommy tony
    tracy travis tyler vanessa vicente victor victoria vincent virginia walter warren wayne wendy will
    william willie zach zachary
    """
)

LEGAL_FORM = re.compile(
    r"[ -]?(?:& co|inc|corp|corporation|company|co|ltd|limited|llc|plc|group|holdings?|ag|sa|s\.a|nv|gmbh"
    r"|technologies|motors?|集团|股份|有限|公司|控股)(?![a-z])"
)
"""What may follow a company's name and make it certain."""

LONG_FORM_AFTER = re.compile(rf"{LEGAL_FORM.pattern}|\s?[(（]|[ab]$")
LONG_FORM_BEFORE = re.compile(r"^\s?\*?s?\*?st$")
"""What a longer name adds to the same company's: its legal form, a place, the marks of an exchange."""

CROSSING = re.compile(
    r"[中美英法德俄泰韩各全我外本祖帝建]国|[最全创更重翻刷]新|[北南东]京|[今明去当往每]年"
    r"|[\d一二两三四五六七八九十百千数几亿]万|其中|[一每这那哪整]个"
)
"""Two characters that are one word: a Chinese name can't begin at the second."""

CHINESE_AFTER = re.compile(
    r"\s?(?:集团|公司|股份|汽车|银行|手机|电器|官方|官宣|官网|方面|回应|宣布|发布|公布|上市|推出|上线|上架"
    r"|发售|开售|入股|收购|否认|辟谣|致歉|道歉|裁员|起诉|状告|诉|被诉|被罚|董事长|总裁|总经理|创始人|高管|副总|旗下"
    r"|新机|新品|新车|新款|首款|财报|营收|净利|股价|市值|港股|客服|门店|工厂|召回|降价|涨价|开源|工程师|芯片|携手"
    r"|联合)"
)
"""What follows a company's name in Chinese and seldom a word's other senses."""

FOREIGN_AFTER = re.compile("[斯尔姆顿森塞茨赫娜莎蒂妮德泽](?!国)")
"""Characters that spell foreign names: a Chinese name before them is the beginning of one, 阿里斯顿."""

NICKNAME_BEFORE = re.compile("[小老]$")
"""小苹果 is no company."""

OF_BEFORE = re.compile("的$")
CLAUSE_ENDS = re.compile(r"\s*(?:$|[。;；!！?？\n]|[-–—]{2}|[”\"』」])")
"""的理想, 武术的中兴——: with 的 in front and nothing after it, a word is a common noun."""

CHINESE_PERHAPS_AFTER = re.compile(
    r"\s?(?:科技|电子|称|员工|系列|正式|首次|全新|今日|将|计划|拟|已|或|申请|研发|与|和|市场|用户|品牌|产品)"
)
"""What follows a company's name in Chinese and other words as well."""

CHINESE_BEFORE = re.compile(
    r"(?:^|[丨|：:】\]）)；;，,、！!？?。\s]|消息称|消息|曝|传|据悉|国产|携手|联合|起诉|收购|入股|引入|对标|对手"
    r"|来自|加入|离开|力压|超越|选|买)$"
)
"""What stands before a company's name in Chinese: the start of a clause, or a verb between two parties."""

MODEL_AFTER = re.compile(
    r"\s?(?:[a-z]{0,6}\d{1,4}(?!\d|[年月日号元岁个只家万亿%.:：])|[a-z]{1,3}\d|[a-z]+\d*\b)"
)
"""A model's number or Latin name after a Chinese brand: 荣耀 600, 长城 H9."""

ENGLISH_AFTER = re.compile(
    r"(?:'s|#39; ?s)?[ ,]{1,2}(?:to (?:buy|sell|cut|pay|acquire|launch|invest|raise|lay|close|open|add|offer"
    r"|build|hire|spend|appeal|drop|merge|settle|combine|introduce|release|expand|shut|begin|start|join|stop|ship|let|make"
    r"|take|use|bring|fight|face|seek|double|boost|test|try|get|give|end|move|keep|run|replace|power|become|slash"
    r"|trim|resume|pull|push|back|report|post|list|roll|unveil|discontinue|outsource|work|team)"
    r"|says?|said|reports?|reported|posts?|posted|unveils?|unveiled|launch(?:es|ed)?|announce[sd]?"
    r"|acquires?|acquired|buys?|sues?|sued|cuts?|raises?|raised|plans?|shares?|stock|profits?|earnings"
    r"|revenue|sales|sees|expects?|warns?"
    r"|hires?|names?|ceo|cfo|chief|chairman|executives?|exec|spokes\w+|employees|workers|layoffs|lays|agrees"
    r"|signs|wins|loses|customers?|users|stores|pilots|tells|gets|faces|files|beats|misses|forecast|results"
    r"|outlook|outage"
    r"|deal|bid|merger|unit|investors|tender|releases|ships|offers|adds|drops|stops|owner|board|rolls|opens|closes"
    r"|recalls|hikes|swings|slips|jumps|reaches|settles|rejects|approves|backs|teams|merges|sells|sold|bought)"
    r"(?![a-z])"
)
"""What a company does or has, right after its name."""

ENGLISH_CERTAIN_AFTER = re.compile(
    r"(?:'s|#39; ?s)? (?:shares|stock|ceo|cfo|chairman|chief executive|profits?|earnings|revenue|layoffs"
    r"|executives?|spokes\w+)(?![a-z])"
)
"""What only a company has, right after its name."""

ENGLISH_BEFORE = re.compile(
    r"(?:^|[ (\"'])(?:rivals?|giant|maker|retailer|carrier|company|firm|startup|automaker|owner|operator"
    r"|unit of|shares of|ceo of|buys?|acquires?|sues?|joins?|quits?|investors?|airline|versus|vs\.?) $"
)
"""What stands before a company's name in English."""

LISTED_AFTER = re.compile(r" ?\((?:(?:nyse|nasdaq|hkex|hkg|sehk|lse|tsx|otc)[a-z]* ?: ?)?[a-z0-9.]{1,9}\)")
"""A stock code in brackets right after a name."""

ONE_OF_MANY_BEFORE = re.compile(
    r"(?<![a-z])(?:an?|his|her|their|my|your|our|every|another|no|next) (?:[\w'-]+ )?$"
)
"""An article before a word makes it a common noun, in titles that capitalise every word: an AI-Lending Moonshot."""

POSSESSIVE = re.compile(r"'s(?![a-z])|s'(?![a-z])| ?#39; ?s?(?![a-z])")

TOGETHER = re.compile(r"\s?(?:和|与|及|、|,|/|;|&|and|vs\.?)\s?")
"""What joins two companies in one breath."""
