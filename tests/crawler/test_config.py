"""`gouji.toml`: whatever is wrong is one sentence with the line it stands on."""

import re
from pathlib import Path

import pytest

from crawler.discovery.enrol import append
from crawler.ground.config import Portal, read_config
from crawler.ground.data import DataDir, create
from crawler.ground.errors import UsageError

PORTAL = '[[portal]]\nid = "a"\nstart_url = "http://127.0.0.1/nb/"\ndelay = 1\n'
WRONG = (
    ('[crawl]\ncontat = "x"\n', 2, "unknown key 'contat'"),
    ("[mail]\nport = 99999\n", 2, "at most 65535"),
    ("[schedule]\nhealth_port = 70000\n", 2, "at most 65535"),
    ("[duty]\ngrace_days = 400\n", 2, "at most 366"),
    ("[duty]\ngrace = 4\n", 2, "unknown key 'grace'"),
    ('[[deadline]]\ndue = "01-20"\nbasis = "x"\ngrace_days = 1000000000\n', 4, "at most 366"),
    ('[mail]\nport = "25"\n', 2, "'port' must be a number"),
    (PORTAL + "[crawl]\ndelay = -1\n", 6, "not negative"),
    ("[crawl]\ndelay = nan\n", 2, "'delay' must be a number"),
    ("[crawl]\ndelay = inf\n", 2, "'delay' must be a number"),
    (PORTAL + PORTAL, 6, "the id 'a' stands twice"),
    (PORTAL.replace("127.0.0.1", "[::1"), 3, "is not an http"),
    (PORTAL.replace("127.0.0.1", "127.0.0.1:99999"), 3, "is not an http"),
    (PORTAL.replace("http:", "file:"), 3, "is not an http"),
    (PORTAL + '[[portal]]\nid = "b"\n', 5, "needs 'start_url'"),
    ("[crawl]\nwarc_size = 0\n", 2, "above 0"),
    ("[crawl]\nwarc_days = -1\n", 2, "not negative"),
    (PORTAL + 'allow_hosts = ["http://a.gov.cn/"]\n', 5, "is no host name"),
    (PORTAL + 'allow_hosts = ["a.gov.cn:99999"]\n', 5, "is no host name"),
    (PORTAL + 'allow_hosts = ["a.gov.cn:25"]\n', 5, "none of the web's"),
    (PORTAL + 'allow_hosts = ["[fe80::1]:8080"]\n', 5, "link-local"),
    (PORTAL.replace("127.0.0.1", "www.a.gov.cn:6667"), 3, "none of the web's"),
    *(
        (PORTAL.replace("127.0.0.1", host), 3, "link-local")
        for host in (
            "169.254.169.254",
            "2852039166",
            "0xa9fea9fe",
            "0251.0376.0251.0376",
            "169.254.43518",
            "１６９。254.169.254",
            "[::ffff:169.254.169.254]",
            "[64:ff9b::a9fe:a9fe]",
            "[2002:a9fe:a9fe::1]",
            "[::a9fe:a9fe]",
            "[fe80::1]",
            "[64:ff9b:1::a9fe:a9fe]",
            "[2001:db8::5efe:a9fe:a9fe]",
            "[fd00:ec2::254]",
            "100.100.100.200",
            "168.63.129.16",
            "metadata.google.internal",
            "METADATA.google.internal.",
            "169.254.0.1:8080",
        )
    ),
    *(
        (PORTAL.replace("127.0.0.1", f"{user}@www.a.gov.cn"), 3, "user name or a password")
        for user in ("clerk:s3cret", ":s3cret", "s3cret", "a@s3cret:x", "s3cret%40")
    ),
    (PORTAL.replace("127.0.0.1", "clerk:s3cret@[::1"), 3, "is not an http"),
    (PORTAL.replace("http://127.0.0.1", "ftp://clerk:s3cret@a.gov.cn"), 3, "is not an http"),
)


@pytest.mark.parametrize(("text", "line", "message"), WRONG)
def test_a_mistake_names_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    path = tmp_path / "gouji.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as error:
        read_config(path)
    assert f"line {line}: " in str(error.value)
    assert message in str(error.value)
    assert "s3cret" not in f"{error.value} {error.value.zh}"
    assert f"第 {line} 行：" in error.value.zh
    assert re.search("[一-鿿]", error.value.zh.partition("行：")[2].replace("局", ""))


def test_the_hosts_of_files_by_name_and_address(tmp_path: Path) -> None:
    path = tmp_path / "gouji.toml"
    path.write_text(
        PORTAL + 'allow_hosts = ["files.example.gov.cn", "10.1.2.3", "fd00::1", "10.1.2.3:8081", "[fd00::1]:8081"]\n',
        encoding="utf-8",
    )
    assert read_config(path).portals[0].allow_hosts == (
        "files.example.gov.cn",
        "10.1.2.3",
        "fd00::1",
        "10.1.2.3:8081",
        "[fd00::1]:8081",
    )


# --- as editors save it ----------------------------------------------------------------------------------------

MARK = "\ufeff"


def test_a_mark_before_the_text_is_no_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "gouji.toml"
    path.write_bytes((MARK + "# 勾稽的设置\r\n" + PORTAL.replace("\n", "\r\n")).encode())
    assert [portal.id for portal in read_config(path).portals] == ["a"]
    path.write_bytes((MARK + PORTAL + "contat = 1\n").encode())
    with pytest.raises(UsageError, match="line 5: unknown key 'contat'"):
        read_config(path)
    path.write_bytes(MARK.encode())
    assert read_config(path).portals == ()


def test_a_portal_is_added_to_a_file_that_begins_with_a_mark(tmp_path: Path) -> None:
    data = create(DataDir(tmp_path / "数据"))
    data.config_path.write_bytes((MARK + PORTAL).encode())
    append(data, [Portal("b", "http://127.0.0.2/nb/", "青石市")])
    assert [portal.id for portal in data.config().portals] == ["a", "b"]
    assert data.config_path.read_bytes().count(MARK.encode()) == 1


@pytest.mark.parametrize(
    "encoding", ["gbk", "gb18030", "big5", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"]
)
def test_another_encoding_is_named_with_what_to_do(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "gouji.toml"
    path.write_bytes(
        ("[crawl]\nuser = 1\n# é" + ("" if encoding == "latin-1" else "中文") + "\n").encode(encoding, "ignore")
    )
    with pytest.raises(UsageError, match="is not UTF-8") as error:
        read_config(path)
    assert "编码选 UTF-8" in error.value.zh
    assert f"line {1 if 'utf' in encoding else 3}: " in error.value.message


@pytest.mark.parametrize(
    ("line", "sign"),
    [
        ("contact = “mailto:a@example.org”", "“"),
        ("contact = ‘x’", "‘"),
        ("contact = ＂x＂", "＂"),
        ('contact ＝ "x"', "＝"),
        ('contact = "x"　', "U+3000"),
        ('contact\u00a0= "x"', "U+00A0"),
        ('\u200bcontact = "x"', "U+200B"),
        ("［crawl］", "［"),
        ('contact = "x"，', "，"),
        ("delay = 2。0", "。"),
        ("＃ 说明", "＃"),
    ],
)
def test_signs_of_an_input_method_are_named(tmp_path: Path, line: str, sign: str) -> None:
    path = tmp_path / "gouji.toml"
    path.write_text(f'# “注释”\n[mail]\nsender = "“甲”＝　@example.org"  # ，\n{line}\n', encoding="utf-8")
    with pytest.raises(UsageError) as error:
        read_config(path)
    assert "line 4: " in error.value.message
    assert sign in error.value.message
    assert "第 4 行：" in error.value.zh


def test_another_mistake_is_said_as_the_parser_says_it(tmp_path: Path) -> None:
    path = tmp_path / "gouji.toml"
    path.write_text('[crawl]\ncontact = "x\n', encoding="utf-8")
    with pytest.raises(UsageError, match="not valid TOML"):
        read_config(path)
