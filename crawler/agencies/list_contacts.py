"""The contacts in one row of a list: columns of persons, telephones, addresses and posts → persons; pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from crawler.agencies.contacts import LONGEST, Contact, addresses, one_line, phone_in
from crawler.agencies.csv_file import shown
from crawler.agencies.headings import label, plain
from crawler.agencies.list_cells import LOST_ZERO, MANGLED, Told
from crawler.agencies.list_sheet import PEOPLE, ListColumn

# Headings that say no more of a person than that it is one to write to.
USUAL = frozenset(map(plain, ("联系人", "姓名", "联系人姓名", "联络员", "contact", "contactname", "officer")))


@dataclass(slots=True)
class _Person:
    name: str = ""
    role: str = ""
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)

    def contacts(self, plate: str) -> Iterator[Contact]:
        """The person with each of its addresses; who is only a heading is nobody."""
        if not (self.name or self.phones or self.emails):
            return
        phones = "、".join(dict.fromkeys(self.phones))[:LONGEST]
        role = self.role or (plate if self.name else "")
        for number, email in enumerate(self.emails or [""]):
            yield Contact(self.name, phones if number == 0 else "", email, role)


def contacts_of(
    columns: Sequence[ListColumn],
    cells: Mapping[int, tuple[str, str]],
    told: Told,
) -> Iterator[Contact]:
    """The persons of a row by the order of the columns, those who are in charge after those to write to.

    What stands behind a person is that person's, what stands before the first one is the first one's. `cells` are texts
    with their marks, by column.
    """
    in_order = list(_in_order(columns, cells, told))
    yield from (contact for contact, in_charge in in_order if not in_charge)
    yield from (contact for contact, in_charge in in_order if in_charge)


def _in_order(
    columns: Sequence[ListColumn], cells: Mapping[int, tuple[str, str]], told: Told
) -> Iterator[tuple[Contact, bool]]:
    person, plate, begun = _Person(), "", False
    alone = not any(column.field in PEOPLE for column in columns)
    for column in columns:
        if column.field in PEOPLE:
            if begun:
                yield from ((contact, plate != "") for contact in person.contacts(plate))
                person = _Person()
            begun = True
            plate = _plate(column)
        text, mark = cells.get(column.number, ("", ""))
        if text:
            _take(person, column.field, text, mark, told)
            if alone and column.field == "phone" and "@" not in text:
                phone, words = phone_in(text)
                person.name = person.name or (words[:LONGEST] if phone else "")
    yield from ((contact, plate != "") for contact in person.contacts(plate))


def _plate(column: ListColumn) -> str:
    heading = one_line(column.plate or column.heading.split(" / ")[-1])
    return "" if plain(heading) in USUAL or column.field == "person" else heading[:LONGEST]


def _take(person: _Person, field_: str, text: str, mark: str, told: Told) -> None:
    if mark == "unsure":
        told.note(
            "no_value",
            f"{field_}: a formula without a value, or struck out; not taken (open the file in Excel and save it)",
            f"{label(field_)}是没有算出值的公式（或有删除线），没有取用；用 Excel 打开、保存后再导入即可",
        )
    elif mark in ("rounded", "day") or MANGLED.fullmatch(text.strip()):
        told.note(
            "contact_cell",
            f"{field_} '{shown(text)}' was made a number or a day by Excel; not taken (make the column a text)",
            f"{label(field_)} '{shown(text)}' 已被 Excel 改成数字或日期，没有取用；请把该列设为文本后重填",
        )
    elif field_ == "email":
        _email(person, text, told)
    elif field_ == "role":
        person.role = one_line(text)[:LONGEST]
    else:
        _name_or_phone(person, field_, text, mark, told)


def _email(person: _Person, text: str, told: Told) -> None:
    good, bad = addresses(text)
    person.emails.extend(good)
    if bad:
        told.note(
            "no_address",
            f"'{shown(one_line(text))}' is no mail address and was not taken",
            f"“{shown(one_line(text))}”不是电子邮箱，没有取用",
        )


def _name_or_phone(person: _Person, field_: str, text: str, mark: str, told: Told) -> None:
    """张三 13800000000 in one cell is a name and a number, whichever of the two the column is for."""
    if "@" in text:
        good, _ = addresses(text)
        person.emails.extend(good)
        for one in good:
            text = text.replace(one, " ")
    phone, words = phone_in(text)
    if phone:
        person.phones.append(phone)
        if mark == "number" and LOST_ZERO.fullmatch(phone):
            told.note(
                "lost_zero",
                f"phone {phone} is a number in the file: the zero of its area code may be gone",
                f"电话 {phone} 在表里是数字，区号前面的 0 可能已经丢失，请核对",
            )
    if words and field_ in PEOPLE:
        person.name = person.name or words[:LONGEST]
    elif words and not phone and field_ == "phone":
        told.note(
            "no_phone",
            f"'{shown(words)}' is no telephone number and was not taken",
            f"“{shown(words)}”不是电话号码，没有取用",
        )
