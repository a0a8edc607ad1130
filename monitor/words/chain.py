"""The states of the carry-over chain and the events of bodies, as a person reads them."""

STATES = {
    "holds": ("相符", "holds"),
    "broken": ("不符", "broken"),
    "gap": ("缺中间年度", "a year is missing"),
    "suspended": ("机关有变动，暂停", "body changed, suspended"),
    "unstated": ("未填，无法比较", "not stated"),
}
# What happened to a body.
EVENTS = {
    "renamed": ("{name}更名：{old} → {new}", "{name} renamed: {old} → {new}"),
    "merged": ("{name}并入{successor}", "{name} merged into {successor}"),
    "split": ("{name}分出{successor}", "{successor} split from {name}"),
    "abolished": ("{name}撤销", "{name} abolished"),
    "scope": ("{name}统计口径变化", "{name}: another scope of its figures"),
}
