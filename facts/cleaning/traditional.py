"""Traditional characters to simplified ones, for matching words only.

The table holds the characters of this domain whose simplified form is one and certain (checked against the
one-to-one entries of OpenCC's character table); 乾, 著 and others with two readings stay as they are. Quotes and
provenance keep the characters of the source; whoever reads by the simplified form records a repair "traditional".
"""

from __future__ import annotations

_TRADITIONAL = (
    "萬與專業東兩嚴個箇臨為爲舉義鄉書爭雲亞產産畝僅從價眾衆優會傳體脩債黨關養內寫農鼕沖衝決況凈淨準減幾憑齣則剛創別彆製劑辦務動勵勞區醫昇陞華協單佔衛卽卻捲廳厤曆歷壓縣參蔘雙發髮變疊隻檯臺颱號閤衕後嚮曏啓啟"
    "員週響迴團糰園圍國圖場壞塊聲處備復複夠頭夾學實審傢寬賓對導將盡侷層屬嵗歲崗嶽佈師帶蓆幹榦並併廣庫應廢異張彌強歸當彔錄録徹徑誌態總卹惡戶纔紮釦執擴摺撫護報擔擬撥擇擠輓損換據蒐攤撐敎數斷無旣舊時崑顯暫朮術"
    "機雜權條來闆極構樞査標欄樹樣覈檔橋檢檻殘匯彙滙漢溝沒註測濟瀏漲泝遡滯滿煒點熱牽狀獨環現電畵監蓋眞碼礎確礙離俬種祕積稱稅穩筆築籌簽籤簡類係繫緊纍糾紅約級紀純綱納紐綫組細織終經結繞給絡絕絶統繼績續維綜編縮"
    "繳網羣職聯腦緻捨節範獲穫營蕭慮虛銜補錶裝見規視覽觸計訂認讓訓議訊記許論設訪証證評識訴詞試話詢該詳語誤說説請讀誰調談謀負財責賬貨質貧購貫貼貸貿費資賦賴贈贏蹤車軌轉較輔輛輻輯輸轄邊達過運還這進違連遲跡蹟適"
    "選遞踰埰寀採釋裏裡鑑鑒針鍼鏈銷錯鍵鎭鎮長門問閑間聞閱閲隊陽階際陳險隨隱難靜麫頁頂項順須鬚頓預領題額風舘館饋駐驗齊齡"
)
_SIMPLIFIED = (
    "万与专业东两严个个临为为举义乡书争云亚产产亩仅从价众众优会传体修债党关养内写农冬冲冲决况净净准减几凭出则刚创别别制剂办务动励劳区医升升华协单占卫即却卷厅历历历压县参参双发发变叠只台台台号合同后向向启启"
    "员周响回团团园围国图场坏块声处备复复够头夹学实审家宽宾对导将尽局层属岁岁岗岳布师带席干干并并广库应废异张弥强归当录录录彻径志态总恤恶户才扎扣执扩折抚护报担拟拨择挤挽损换据搜摊撑教数断无既旧时昆显暂术术"
    "机杂权条来板极构枢查标栏树样核档桥检槛残汇汇汇汉沟没注测济浏涨溯溯滞满炜点热牵状独环现电画监盖真码础确碍离私种秘积称税稳笔筑筹签签简类系系紧累纠红约级纪纯纲纳纽线组细织终经结绕给络绝绝统继绩续维综编缩"
    "缴网群职联脑致舍节范获获营萧虑虚衔补表装见规视览触计订认让训议讯记许论设访证证评识诉词试话询该详语误说说请读谁调谈谋负财责账货质贫购贯贴贷贸费资赋赖赠赢踪车轨转较辅辆辐辑输辖边达过运还这进违连迟迹迹适"
    "选递逾采采采释里里鉴鉴针针链销错键镇镇长门问闲间闻阅阅队阳阶际陈险随隐难静面页顶项顺须须顿预领题额风馆馆馈驻验齐龄"
)
_TABLE = str.maketrans(_TRADITIONAL + "於億", _SIMPLIFIED + "于亿")


def simplified(text: str) -> str:
    """The text in simplified characters, character for character as long.

    >>> simplified("預算執行率及滿意度指標")
    '预算执行率及满意度指标'
    """
    return text.translate(_TABLE)
