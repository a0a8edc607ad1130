"""The prose of a sample report: its six sections, consistent with the figures unless an error was planted."""

import random
from collections.abc import Callable

HEADINGS = {
    "2019": (
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况",
        "五、政府信息公开工作存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ),
    "2021": (
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ),
}

NOTICES = {"2019": "国办公开办函〔2019〕60号", "2021": "国办公开办函〔2021〕30号"}

WORK = {
    "（一）主动公开方面": (
        "围绕群众办事常用的事项重新梳理公开目录，新设“一件事”专栏，把材料、时限和窗口写在同一页上。",
        "将会议公开、数据发布和政策吹风会合并为每月固定一期，会后三个工作日内刊出全文。",
        "对历年文件逐件标注有效、修改、废止三种状态，群众查到的都是现行文本。",
        "把重大建设项目从立项到验收的十二个环节连成一条线公开，方便周边居民跟踪进度。",
        "在政务大厅和村（社区）便民点设置纸质查阅架，照顾不习惯上网的老年人。",
        "修订公开事项标准，增加救助、就业、托育三类民生清单，并配以问答和短视频解读。",
    ),
    "（三）政府信息管理方面": (
        "公文拟制时即确定公开属性，不予公开的须写明依据并由法制机构复核。",
        "建立信息发布前的三级审核登记，错敏词检查与人工复核并行。",
        "清理沉睡栏目，合并内容重复的目录，失效链接一并修复。",
        "为规范性文件建立统一编码，文件、解读、问答互相关联。",
        "每季度抽查已公开信息中的个人隐私，发现问题当日遮盖并通报。",
        "档案移交与信息公开同步办理，移交清单随年度向社会公布。",
    ),
    "（四）政府信息公开平台建设方面": (
        "门户网站完成无障碍改造，支持语音朗读和大字版式。",
        "政务新媒体由多个账号整合为一个，留言统一受理、统一反馈。",
        "网站检索引入同义词表，口语化提问也能找到对应政策。",
        "公开专区接入服务热线知识库，来电高频问题每周更新。",
        "上线手机版公开目录，下载文件前先显示大小与格式。",
        "将公报创刊以来的全部期次数字化，可按年份和文号查询。",
    ),
    "（五）监督保障方面": (
        "结合工作考核，把公开质量纳入各科室年度评价；开展社会评议一次；全年未发生责任追究情形。",
        "邀请代表委员和市民观察员参加社会评议，工作考核结果在内网通报，没有需要责任追究的事项。",
        "组织业务培训两期，案例取自本单位办件；工作考核与社会评议均已完成，责任追究为零。",
        "聘请第三方做工作考核前的自查，社会评议问卷回收率较高，未出现责任追究。",
        "完善责任追究办法并公布，全年无适用情形；社会评议意见逐条答复，工作考核定为良好。",
        "由监督科逐月点评，工作考核加入群众满意度，社会评议首次在线进行，无责任追究。",
    ),
}

PROBLEMS = (
    (
        "政策解读仍以文字为主，形式不够丰富，部分群众反映看不懂专业术语。",
        "邀请一线工作人员出镜讲解，重要政策配流程图和算例，发布前请普通读者试读。",
    ),
    (
        "个别科室对公开属性的把握不一致，同类信息有的公开、有的没有公开。",
        "编印公开属性判定手册，按季度会商疑难事项，形成可以对照的案例集。",
    ),
    (
        "公开数据多为表格图片，不便于再次利用，更新也不够及时。",
        "改用可下载的通用格式发布，明确每张数据表的更新周期和责任人，逾期自动提醒。",
    ),
    (
        "基层便民点的公开查阅设施使用率不高，宣传引导不够。",
        "把查阅点的位置和开放时间写入办事指南，安排志愿者驻点辅导，收集使用意见。",
    ),
    (
        "依申请公开的补正沟通次数偏多，申请人对所需信息的描述常常不够具体。",
        "在申请页面增加示例和常见名称提示，受理后一个工作日内电话沟通，减少往返。",
    ),
    (
        "历史文件数字化进度较慢，早年文件检索困难，查全率有待提高。",
        "分批扫描识别历史文件，先易后难补齐目录，并公布每月完成的件数和剩余计划。",
    ),
)

Figure = Callable[[str], str]


def preamble(agency: str, year: int, form: str) -> str:
    """The usual first paragraph: the basis and the statistical period."""
    return (
        f"本报告由{agency}按照《中华人民共和国政府信息公开条例》（国务院令第711号）和"
        f"《中华人民共和国政府信息公开工作年度报告格式》（{NOTICES[form]}）的要求编制。"
        f"本年度报告中所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。"
    )


def overview(agency: str, year: int, seed: int, figure: Figure) -> list[str]:
    """Section 一: subheadings and their paragraphs; `figure` gives the number that the prose states for a cell."""
    applications = (
        f"{year}年，{agency}新收政府信息公开申请{figure('T3[received,total]')}件，上年结转"
        f"{figure('T3[brought_forward,total]')}件；本年度办理完毕{figure('T3[processed,total]')}件，结转下年度继续办理"
        f"{figure('T3[carried_forward,total]')}件。其中予以公开{figure('T3[granted,total]')}件，"
        f"部分公开{figure('T3[granted_in_part,total]')}件。"
    )
    order = _order(agency, seed, len(PROBLEMS))
    paragraphs = [f"{year}年，{agency}坚持以公开促落实、促规范、促服务，各项工作有序开展。"]
    for index, (head, sentences) in enumerate(WORK.items()):
        if index == 1:
            paragraphs += ["（二）依申请公开方面", applications]
        paragraphs += [head, sentences[order[(year + index) % len(sentences)]]]
    return paragraphs


def problems(agency: str, year: int, seed: int) -> list[str]:
    """Section 五: a problem and its remedy; a different pair each year."""
    order = _order(agency, seed, len(PROBLEMS))
    problem, remedy = PROBLEMS[order[year % len(PROBLEMS)]]
    return [f"（一）存在的主要问题。{problem}", f"（二）改进情况。{remedy}"]


def other_matters(fee_notices: str | None) -> list[str]:
    """Section 六: the fee statement; `fee_notices` is set if the table has unpaid ones."""
    if fee_notices is None:
        return ["本年度未收取信息处理费，没有其他需要报告的事项。"]
    return [
        f"本年度发出信息处理费收费通知{fee_notices}件，申请人逾期未缴，实际收取信息处理费0元。",
        "没有其他需要报告的事项。",
    ]


def _order(agency: str, seed: int, size: int) -> list[int]:
    """A fixed shuffle per body, so that neighbouring bodies differ in the same year."""
    order = list(range(size))
    random.Random(f"{seed}/{agency}").shuffle(order)  # noqa: S311  # not used for secrets
    return order
